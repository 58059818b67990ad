namespace EmailRouting.Storage;

/// <summary>Whether a delivery is on its way. The numbers are in the database and in the filters of its indexes.</summary>
public enum QueueDbState
{
    Queued = 0,

    /// <summary>By the operator; does not age.</summary>
    Held = 1,

    /// <summary>For good, where no report may go (promise 2).</summary>
    Failed = 2,
}
