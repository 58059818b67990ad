
namespace EmailRouting.Server.Api;

/// <summary>What a caller must be allowed to do before an endpoint is run.</summary>
/// <param name="Scope">One of <see cref="EmailRouting.Access.Scope"/>; null: any valid key will do.</param>
internal sealed record Needs(string? Scope);

/// <summary>Marks endpoints.</summary>
internal static class EndpointNeeds
{
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, string scope) => endpoint.WithMetadata(new Needs(scope));

    public static RouteHandlerBuilder NeedsAnyKey(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Needs(null));
}
