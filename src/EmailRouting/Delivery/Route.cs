using System.Collections.Immutable;

namespace EmailRouting.Delivery;

/// <summary>Where mail for a domain goes.</summary>
internal abstract record Route
{
    private Route()
    {
    }

    /// <param name="Hops">At least one, in the order to try them.</param>
    public sealed record Through(ImmutableArray<NextHop> Hops) : Route;

    /// <param name="Outcome">The verdict of the DNS: refused or deferred, nobody was connected to.</param>
    public sealed record Nowhere(DeliveryOutcome Outcome) : Route;
}
