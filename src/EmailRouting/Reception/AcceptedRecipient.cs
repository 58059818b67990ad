using EmailRouting.Mail;
using EmailRouting.Rules;
using EmailRouting.Smtp;

namespace EmailRouting.Reception;

/// <summary>A recipient that got 250: what the client wrote, and what the rules made of it (a forward or a drop).</summary>
public sealed record AcceptedRecipient(AliasRecipient Recipient, RecipientDecision Decision);

/// <summary>A recipient that was refused at RCPT, for the activity log.</summary>
public sealed record RefusedRecipient(EmailAddress Alias, RecipientDecision.Refuse Refusal);
