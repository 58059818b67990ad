using System.Collections.Immutable;
using System.Net;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Policy;

/// <summary>A message whose final dot has been read, and what was begun for it before.</summary>
/// <param name="Client">Address of the SMTP client.</param>
/// <param name="ClientName">As it named itself.</param>
/// <param name="Id">Of the transaction.</param>
/// <param name="Sender">Null is the null reverse-path.</param>
/// <param name="Recipients">The aliases; at least one.</param>
/// <param name="Content">The message.</param>
/// <param name="Policy">Of the first recipient, and so of all.</param>
/// <param name="AllSenders">The list for all domains.</param>
/// <param name="ClientLookups">Begun at connect; null where nobody asked for any.</param>
/// <param name="SenderLookups">Begun at MAIL; likewise.</param>
public sealed record Arrival(
    IPAddress Client,
    string ClientName,
    MailId Id,
    EmailAddress? Sender,
    ImmutableArray<EmailAddress> Recipients,
    MessageContent Content,
    DomainPolicy Policy,
    SenderList AllSenders,
    ClientLookups? ClientLookups,
    SenderLookups? SenderLookups)
{
    /// <summary>The client is one that limits do not apply to (<c>Smtp:LimitExempt</c>). It is exempt from limits and from greylisting, and from no other check.</summary>
    public bool IsExemptFromLimits { get; init; }
}
