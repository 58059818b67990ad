using System.Collections.Immutable;
using EmailRouting.Smtp;

namespace EmailRouting.Mail;

/// <summary>Who sent a message, by the SMTP envelope, and what was said about it at MAIL FROM.</summary>
/// <param name="Sender">Null is the null reverse-path.</param>
/// <param name="Parameters">BODY, SMTPUTF8, RET and ENVID as the client gave them.</param>
public sealed record Envelope(EmailAddress? Sender, MailParameters Parameters)
{
    /// <summary>For logs and the activity record: the address, or <c>&lt;&gt;</c>.</summary>
    public string SenderText => Sender?.Text ?? "<>";
}

/// <summary>A recipient as the client named it: the address a sender knows, and the only one a report to the sender may name.</summary>
public sealed record AliasRecipient(EmailAddress Alias, RcptParameters Parameters);

/// <summary>One copy of a message that is owed to one destination: the aliases it answers for are reported together.</summary>
/// <param name="Destination">The inbox. Never shown to a sender.</param>
/// <param name="Aliases">At least one.</param>
public sealed record Target(EmailAddress Destination, ImmutableArray<AliasRecipient> Aliases)
{
    /// <summary>Null where a failure of the destination is the end.</summary>
    public Fallback? Fallback { get; init; }

    /// <summary>Whom the copy goes on for, where the profile of the aliases' domain has the sender rewritten (SRS); null: the sender of the message, as it came.</summary>
    public EmailAddress? ReturnPath { get; init; }

    /// <summary>Whole fields of ours that go in front of the untouched message; empty in the transparent profile. ASCII.</summary>
    public ReadOnlyMemory<byte> Trace { get; init; }

    /// <summary>
    /// The same copy, owed to the fallback from now on; null where there is none, or where it would lead to the inbox that has just failed. A fallback has no fallback of
    /// its own, so no message goes round.
    /// </summary>
    public Target? Turned =>
        Fallback is { } fallback && fallback.Destination != Destination ? this with { Destination = fallback.Destination, Fallback = null } : null;

    /// <summary>As <see cref="Turned"/>, where being put off for too long leads there as well, and not a permanent refusal alone.</summary>
    public Target? TurnedWhenLate => Fallback?.After is null ? null : Turned;

    /// <summary>
    /// What the outbound RCPT says (RFC 3461 §5.2.7.4, promise 4): nothing where no sender's NOTIFY is to be honoured, FAILURE when one of them
    /// asked for it or left it to the default, else NEVER. Never SUCCESS, never DELAY.
    /// </summary>
    public DsnNotify? Notify =>
        Aliases.All(a => a.Parameters.Notify is null) ? null
        : Aliases.Any(a => a.Parameters.Notify is not { } notify || notify.HasFlag(DsnNotify.Failure)) ? DsnNotify.Failure
        : DsnNotify.Never;
}
