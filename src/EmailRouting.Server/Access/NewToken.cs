namespace EmailRouting.Server.Access;

/// <summary>A token at the only moment at which its secret is known.</summary>
internal sealed record NewToken(Guid Id, string Secret);
