namespace EmailRouting.Smtp;

/// <summary>What <see cref="SmtpLine.TryRead"/> found at the front of a buffer.</summary>
public enum LineRead
{
    /// <summary>No line end yet: read more.</summary>
    Partial,

    /// <summary>A line, and the buffer moved past it.</summary>
    Complete,

    /// <summary>A line over the limit; the buffer moved past it, so that the conversation goes on with the next one.</summary>
    TooLong,

    /// <summary>So much without a line end that nobody honest sends it: hang up.</summary>
    Endless,
}
