namespace EmailRouting.Rules;

/// <summary>What came of an edit of the rules.</summary>
public abstract record Edit
{
    private Edit()
    {
    }

    /// <param name="Id">Of what was added, changed or removed.</param>
    public sealed record Done(Guid Id) : Edit;

    /// <param name="Reason">For programs.</param>
    /// <param name="Sentence">For people: the field, the value, what is allowed.</param>
    public sealed record Refused(RefusalReason Reason, string Sentence) : Edit;
}
