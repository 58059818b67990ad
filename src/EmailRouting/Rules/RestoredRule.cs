namespace EmailRouting.Rules;

/// <summary>What a removed rule keeps when it comes back.</summary>
/// <param name="Id">Its old one.</param>
/// <param name="CreatedAt">When it first was made.</param>
/// <param name="Revision">Above every one it has had: who has seen an old one is still told so.</param>
internal sealed record RestoredRule(Guid Id, DateTimeOffset CreatedAt, int Revision);
