namespace EmailRouting.Access;

/// <summary>Lets somebody choose a password, once, within a day.</summary>
/// <param name="PersonId">Who.</param>
/// <param name="Secret">Goes into the link; sealed with the installation's own keys.</param>
public sealed record Invitation(Guid PersonId, string Secret)
{
    /// <summary>Below the root of our pages.</summary>
    public string Path => $"welcome?person={PersonId:N}&secret={Uri.EscapeDataString(Secret)}";
}
