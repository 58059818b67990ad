using EmailRouting.Smtp;

namespace EmailRouting.Reception;

/// <summary>
/// What the front end says of its own accord, beside the replies that are anybody's (<see cref="SmtpReply"/>). Those that depend on a recipient come from the rules,
/// those to the final dot from Custody.
/// </summary>
public static class Replies
{
    public static readonly SmtpReply StartTls = new(220, "2.0.0", "Ready to start TLS");
    public static readonly SmtpReply CannotVerify = new(252, "2.1.5", "Cannot verify; send the message and see");
    public static readonly SmtpReply NoLists = new(502, "5.5.1", "EXPN is not offered");
    public static readonly SmtpReply Help = new(214, "2.0.0", "HELO EHLO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP STARTTLS; see RFC 5321");

    public static readonly SmtpReply EhloFirst = new(503, "5.5.1", "EHLO or HELO first");
    public static readonly SmtpReply MailFirst = new(503, "5.5.1", "MAIL first");
    public static readonly SmtpReply OneMailAtATime = new(503, "5.5.1", "A transaction is open; RSET ends it");
    public static readonly SmtpReply NotDuringTransaction = new(503, "5.5.1", "Not during a transaction");
    public static readonly SmtpReply NoValidRecipients = new(554, "5.5.1", "No valid recipients");
    public static readonly SmtpReply TlsIsActive = new(503, "5.5.1", "TLS is already active");
    public static readonly SmtpReply TlsIsNotOffered = new(502, "5.5.1", "TLS is not offered here");

    public static readonly SmtpReply BareLineEnd = new(550, "5.5.2", "The message holds a bare CR, a bare LF or a NUL; only CR LF ends a line (RFC 5321 section 2.3.8)");
    public static readonly SmtpReply OutOfMemory = new(452, "4.3.1", "Too much mail in flight; try again in a minute");
    public static readonly SmtpReply DiskFull = new(452, "4.3.1", "Insufficient system storage; try again later");
    public static readonly SmtpReply LocalError = new(451, "4.3.0", "Local error in processing; try again later");
    public static readonly SmtpReply RulesUnknown = new(451, "4.3.0", "Rules are not available; try again later");
    public static readonly SmtpReply Loop = new(554, "5.4.6", "Mail loop: this message has been here too often");

    public static readonly SmtpReply AnotherPolicy = new(452, "4.5.3", "This recipient has another policy than the first; send it the message on its own");

    public static readonly SmtpReply ForgedReturn = new(550, "5.7.1", "This return address was not made here");
    public static readonly SmtpReply NoDeliveryReport = new(550, "5.7.1", "Only delivery reports (RFC 3464) are taken for this address");
    public static readonly SmtpReply TooManyReturns = new(450, "4.7.1", "Too many reports to this address; try again later");

    public static readonly SmtpReply TooManyRefusals = new(421, "4.7.0", "Too many refused recipients");
    public static readonly SmtpReply TooManyTransactions = new(421, "4.7.0", "Enough for one connection; open another");
    public static readonly SmtpReply Silent = new(421, "4.4.2", "Nothing heard for too long");
    public static readonly SmtpReply TooSlow = new(421, "4.4.2", "The message comes in too slowly");
    public static readonly SmtpReply TooLong = new(421, "4.4.2", "The connection has lasted too long; open another");
    public static readonly SmtpReply Stopping = new(421, "4.3.2", "The service is stopping; try again in a minute");
    public static readonly SmtpReply TooManyConnections = new(421, "4.3.2", "Too many connections; try again later");
    public static readonly SmtpReply TooManyFromYou = new(421, "4.7.0", "Too many connections from your address");

    public static SmtpReply TooLarge(long limit) => new(552, "5.3.4", $"The message exceeds the limit of {limit} octets");

    public static SmtpReply LineOverLimit(long limit) => new(550, "5.6.0", $"The message has a line of more than {limit} octets");
}
