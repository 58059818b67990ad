namespace EmailRouting.Rules;

/// <summary>The rules in force. Swapped whole; readers see the old set or the new one, never a mixture.</summary>
public sealed class RuleSnapshot
{
    private volatile RuleSet? _current;

    /// <summary>Null until the first load: then nothing listens, and who asks all the same gets 451, never 550.</summary>
    public RuleSet? Current => _current;

    internal void Replace(RuleSet rules) => _current = rules;
}
