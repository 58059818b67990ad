using EmailRouting.Smtp;

namespace EmailRouting.MailAuth.Srs;

/// <summary>What an address to which mail came back turns out to be.</summary>
public abstract record SrsAnswer
{
    private SrsAnswer()
    {
    }

    /// <summary>No SRS address at all: an address like any other.</summary>
    public sealed record NotSrs : SrsAnswer;

    /// <summary>An address that we made; mail came from here.</summary>
    public sealed record Reversed(EmailAddress Sender) : SrsAnswer
    {
        /// <summary>When the day began (UTC) on which we made the address; null for one that guards another forwarder's, which carries no day of ours.</summary>
        public DateTimeOffset? Day { get; init; }
    }

    /// <summary>It looks like one, and we did not make it.</summary>
    public sealed record Forged : SrsAnswer;

    /// <summary>We made it, too long ago.</summary>
    public sealed record Expired : SrsAnswer;
}
