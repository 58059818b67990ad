namespace EmailRouting.Rules;

/// <summary>Whether a rule takes part in resolution.</summary>
internal enum RuleState : byte
{
    Active,

    /// <summary>Switched off: the mail falls through to what comes next (invariant 4).</summary>
    Disabled,

    /// <summary>A forward whose inboxes are all unverified; treated as switched off.</summary>
    NoDestination,
}
