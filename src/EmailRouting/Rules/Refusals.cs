using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>What is said to a sender whose recipient no rule takes.</summary>
internal static class Refusals
{
    public static readonly RecipientDecision.Refuse NotOurs = new(new SmtpReply(550, "5.7.1", "Relaying denied"), null);

    public static readonly RecipientDecision.Refuse UnknownAddress = new(new SmtpReply(550, "5.1.1", "No such address here"), null);

    // Temporary: postmaster must be reachable (RFC 5321 §4.5.1), and will be once the operator has named a contact.
    public static readonly RecipientDecision.Refuse NoContact = new(new SmtpReply(451, "4.3.5", "No contact is configured for this domain"), null);

    /// <summary>Permanent, like every loop (invariant 6): a retry would meet it again.</summary>
    public static RecipientDecision.Refuse Loop(Guid? rule) => new(new SmtpReply(550, "5.4.6", "Routing loop detected"), rule);

    public static RecipientDecision.Refuse TooManyDestinations(Guid? rule) => new(new SmtpReply(550, "5.4.6", "Address expands to too many destinations"), rule);
}
