namespace EmailRouting.Web.Queue;

/// <summary>What can be done with what is owed.</summary>
public enum QueueAct
{
    Retry,
    Hold,
    Release,
    Redirect,
    Drop,
}
