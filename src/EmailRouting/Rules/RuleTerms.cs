using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>What else must hold for a rule to take a message, where there is anything; most rules have none.</summary>
/// <param name="priority">The lower goes first.</param>
/// <param name="senders">One must hold; empty: mail from anybody.</param>
/// <param name="expiresAt">From then on the rule is passed over; null: never.</param>
internal sealed class RuleTerms(int priority, SenderCondition[] senders, DateTimeOffset? expiresAt)
{
    public int Priority => priority;

    public IReadOnlyList<SenderCondition> Senders => senders;

    public DateTimeOffset? ExpiresAt => expiresAt;

    public bool IsExpired(DateTimeOffset now) => expiresAt <= now;

    public bool Admits(EmailAddress? sender)
    {
        if (senders.Length == 0)
        {
            return true;
        }

        foreach (SenderCondition condition in senders)
        {
            if (condition.Holds(sender))
            {
                return true;
            }
        }

        return false;
    }
}
