namespace EmailRouting.Activity;

/// <summary>Something that happened to a message: a <see cref="MessageRecord"/> on the way in, an <see cref="AttemptRecord"/> on the way out.</summary>
public abstract record ActivityRecord
{
    private protected ActivityRecord()
    {
    }

    /// <summary>What of it concerns some domains, without the aliases of any other; null where nothing does.</summary>
    /// <param name="domains">Of aliases, in lower-case A-labels.</param>
    public ActivityRecord? Within(IReadOnlyCollection<string> domains)
    {
        switch (this)
        {
            case MessageRecord message:
                MessageRecord narrowed = message with { Recipients = [.. message.Recipients.Where(r => domains.Contains(AliasText.DomainOf(r.Alias)))] };
                return narrowed.Recipients.IsEmpty ? null : narrowed;

            case AttemptRecord attempt:
                string aliases = AliasText.Within(attempt.Aliases, domains);
                return aliases.Length == 0 ? null : attempt with { Aliases = aliases };

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
