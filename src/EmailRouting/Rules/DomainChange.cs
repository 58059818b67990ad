using EmailRouting.Policy;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>What is to change about a domain; what is null stays as it is.</summary>
public sealed record DomainChange
{
    public bool? Enabled { get; init; }

    public bool? SubAddressing { get; init; }

    public bool? SkipWizard { get; init; }

    public bool? Paused { get; init; }

    public bool? DnsLocked { get; init; }

    /// <summary>What is done to the mail that is forwarded for it.</summary>
    public ForwardingProfile? Profile { get; init; }

    /// <summary>A verified destination, who gets <c>postmaster@</c> and <c>abuse@</c>; empty to have it found by invariant 9.</summary>
    public string? Contact { get; init; }

    /// <summary>What is to change about the policy for incoming mail.</summary>
    public PolicyChange? Policy { get; init; }
}
