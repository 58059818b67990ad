using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>A message in the list.</summary>
/// <param name="Id">Also in our 250.</param>
/// <param name="At">When MAIL FROM came.</param>
/// <param name="Sender">Envelope sender; <c>&lt;&gt;</c> for none.</param>
/// <param name="Recipients">All that were named, the refused ones too.</param>
/// <param name="Size">Octets; 0 where no message came.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Client">IP address.</param>
/// <param name="ClientName">As given in HELO or EHLO: anybody's words.</param>
/// <param name="Reply">What explains the status: the last destination's words where it was taken and is not there yet, else ours. Shortened.</param>
/// <param name="Attempts">Made so far, to all destinations.</param>
public sealed record ActivityEntry(
    MailId Id,
    DateTimeOffset At,
    string Sender,
    ImmutableArray<RecipientRecord> Recipients,
    long Size,
    MessageStatus Status,
    string Client,
    string ClientName,
    string Reply,
    int Attempts);
