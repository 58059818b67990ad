using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>One transaction on the way in.</summary>
/// <param name="Id">Also in our 250.</param>
/// <param name="At">When MAIL FROM came.</param>
/// <param name="Client">IP address.</param>
/// <param name="ClientName">As given in HELO or EHLO: anybody's words.</param>
/// <param name="Tls">Protocol and cipher; empty in clear text.</param>
/// <param name="Sender">Envelope sender; <c>&lt;&gt;</c> for none.</param>
/// <param name="Recipients">All that were named, the refused ones too.</param>
/// <param name="Size">Octets; 0 where no message came.</param>
/// <param name="Sha256">Digest on the way in; null where no message came or it was not kept.</param>
/// <param name="Result">In one word: <c>delivered queued held dropped already-taken refused deferred abandoned</c>.</param>
/// <param name="Reply">To the final dot, or what ended the transaction before it.</param>
/// <param name="Owed">Destinations that the message is owed to, had it been taken; 0 where every recipient is dropped or refused.</param>
/// <param name="Elapsed">From MAIL FROM to that reply.</param>
public sealed record MessageRecord(
    MailId Id,
    DateTimeOffset At,
    string Client,
    string ClientName,
    string Tls,
    string Sender,
    ImmutableArray<RecipientRecord> Recipients,
    long Size,
    byte[]? Sha256,
    string Result,
    string Reply,
    int Owed,
    TimeSpan Elapsed) : ActivityRecord
{
    /// <summary>What was found out about who the message is from, in the order of the checks; empty where nothing was looked at.</summary>
    public ImmutableArray<CheckRecord> Checks { get; init; } = [];

    /// <summary>Whether the destination will be able to authenticate the message, in a word and in words; null where nobody looked, or nothing was forwarded.</summary>
    public CheckRecord? Forecast => Checks.FirstOrDefault(static check => check.Check == CheckRecord.Forecast);

    /// <summary>What became of the message, as far as this alone tells.</summary>
    public MessageStatus Status => StatusVerdict.Of(this, []);
}

/// <param name="Alias">As the client named it.</param>
/// <param name="Decision"><c>forward drop refuse</c>.</param>
/// <param name="RuleId">The rule that decided; null where none did.</param>
/// <param name="Reply">To RCPT TO.</param>
public sealed record RecipientRecord(string Alias, string Decision, Guid? RuleId, string Reply);
