using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Custody;

/// <summary>A message whose final dot has been read, with what the rules decided: what Custody has to answer for.</summary>
/// <param name="Mail">Message and sender.</param>
/// <param name="Targets">Whom it is owed to; empty where every recipient is dropped by a rule.</param>
/// <param name="Recipients">The aliases as the client named them, for the ledger.</param>
/// <param name="SenderClosed">Set once the sending connection has closed: its client may then come again with the same message.</param>
public sealed record IncomingMail(AcceptedMail Mail, ImmutableArray<Target> Targets, ImmutableArray<EmailAddress> Recipients, CancellationToken SenderClosed);
