using EmailRouting.Mail;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>Which messages to list. What is null does not count; everything else must hold.</summary>
public sealed record ActivityFilter
{
    public static readonly ActivityFilter Everything = new();

    /// <summary>From this instant on, by when the transaction began.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this instant.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>With an alias in one of these domains, in lower-case A-labels. Aliases of other domains, and what was sent for them alone, are then not shown.</summary>
    public IReadOnlyCollection<string>? Domains { get; init; }

    /// <summary>With this alias.</summary>
    public string? Alias { get; init; }

    /// <summary>With an alias that this is part of, without regard to case; no character is special.</summary>
    public string? AliasContains { get; init; }

    /// <summary>From this envelope sender; <c>&lt;&gt;</c> for the null reverse-path.</summary>
    public string? Sender { get; init; }

    /// <summary>From an envelope sender in this domain.</summary>
    public string? SenderDomain { get; init; }

    public MessageStatus? Status { get; init; }

    /// <summary>With a recipient that this rule decided.</summary>
    public Guid? RuleId { get; init; }

    public MailId? MessageId { get; init; }

    /// <summary>
    /// With all these words, in any order, in sender, aliases, destinations, hosts, client name and address, or replies. A word of three characters and more is
    /// found at the beginning of a word, a shorter one as a whole. Words are parted by anything that is no letter and no digit.
    /// </summary>
    public string? Text { get; init; }
}
