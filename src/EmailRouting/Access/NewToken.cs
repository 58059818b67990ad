namespace EmailRouting.Access;

/// <summary>A token at the only moment at which its secret is known.</summary>
public sealed record NewToken(Guid Id, string Secret);
