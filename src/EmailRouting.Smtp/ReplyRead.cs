namespace EmailRouting.Smtp;

/// <summary>What <see cref="ReplyParser.TryRead"/> found at the front of a buffer.</summary>
public enum ReplyRead
{
    Partial,
    Complete,
    Broken,
}
