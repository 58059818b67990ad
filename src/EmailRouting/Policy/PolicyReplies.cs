using System.Net;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.Smtp;

namespace EmailRouting.Policy;

/// <summary>What a sender is told who is refused by a policy: the code that the RFCs have for it, and one sentence with which an honest sender can mend the matter.</summary>
internal static class PolicyReplies
{
    public static SmtpReply Blocked(string entry) =>
        new(550, "5.7.1", $"Mail from {entry} is not wanted here; ask the owner of the address by another way if that is a mistake");

    /// <summary>RFC 7505 §4.2.</summary>
    public static SmtpReply NullMx(string domain) =>
        new(550, "5.7.27", $"The sender's domain {domain} says that it takes no mail (null MX), so it cannot be answered: send from a domain that does");

    public static SmtpReply UnknownSenderDomain(string domain) =>
        new(550, "5.1.8", $"The sender's domain {domain} has neither an MX nor an address record, so it cannot be answered: publish one, or correct the sender's address");

    public static SmtpReply SenderDomainNotAnswered(string domain) =>
        new(451, "4.1.8", $"The DNS does not answer for the sender's domain {domain} at the moment; try again later");

    public static SmtpReply Listed(IPAddress client, string zone) =>
        new(550, "5.7.1", $"Your address {client} is on the block list {zone}: ask the operator of that list to remove it");

    public static SmtpReply TooMany(string whose, int limit) =>
        new(451, "4.7.1", $"More than {limit} messages within an hour from your {whose}; send the rest later, and more slowly");

    /// <summary>RFC 6647 §5.</summary>
    public static SmtpReply Greylisted(TimeSpan wait) =>
        new(451, "4.7.1", $"Mail from you to this address is new here; try again in {Math.Max(1, Math.Ceiling(wait.TotalSeconds))} seconds or later");

    /// <summary>RFC 7372 §3.2.</summary>
    public static SmtpReply SpfFail(string domain, IPAddress client) =>
        new(550, "5.7.23", $"The SPF record of {domain} does not allow {client} to send for it: add that address to the record, or send through a server that it names");

    public static SmtpReply SpfNotAnswered(string domain) =>
        new(451, "4.7.24", $"The SPF record of {domain} could not be looked up at the moment; try again later");

    /// <summary>RFC 7372 §3.1.</summary>
    public static SmtpReply DkimFail(string domain) =>
        new(550, "5.7.20", $"No DKIM signature of this message holds: check the published key of {domain}, and that nothing changes the message after it is signed");

    public static SmtpReply DkimNotAnswered(string domain) =>
        new(451, "4.7.20", $"The DKIM key of {domain} could not be looked up at the moment; try again later");

    /// <summary>RFC 7372 §3.4 has the code for a message that several checks speak against, which is what a failure of DMARC is.</summary>
    public static SmtpReply DmarcFail(DmarcResult dmarc) => new(
        550,
        "5.7.26",
        $"{dmarc.Author} asks by DMARC not to accept mail in its name that it does not vouch for: sign with DKIM as {dmarc.Author}, or send through its own servers");

    public static SmtpReply DmarcNotAnswered(DmarcResult dmarc) =>
        new(451, "4.7.26", $"Whether {dmarc.Author} vouches for this message could not be looked up at the moment; try again later");

    public static readonly SmtpReply Spam =
        new(550, "5.7.1", "The content of this message was taken for spam: write it differently, or ask the recipient by another way to allow your mail");

    public static readonly SmtpReply NotThisTime = new(451, "4.7.1", "This message cannot be judged yet; try again in some minutes");

    public static readonly SmtpReply UnclearAuthor =
        new(550, "5.7.1", "It is not clear whose message this is: it needs exactly one From field with an address that can be read (RFC 5322 section 3.6.2)");
}
