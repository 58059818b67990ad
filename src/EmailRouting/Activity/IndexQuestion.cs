namespace EmailRouting.Activity;

/// <summary>What a search index is asked. All of it must hold.</summary>
/// <param name="Words">Each is in the document. Lower case, without spaces.</param>
/// <param name="Domains">One of them at least has an alias in the document; empty for no such condition.</param>
/// <param name="Beginning">A word in the document begins so; null for none.</param>
/// <param name="AliasPart">Part of an alias, in one of the domains where there are any, in lower case; null for none.</param>
public sealed record IndexQuestion(IReadOnlyCollection<string> Words, IReadOnlyCollection<string> Domains, string? Beginning, string? AliasPart)
{
    public bool IsEmpty => Words.Count == 0 && Domains.Count == 0 && IsExact;

    /// <summary>The words in the document that stand for the domains.</summary>
    public IEnumerable<string> DomainWords => Domains.Select(SearchWord.Zone);

    /// <summary>Whether only whole words are asked for, which is what an index is quick at.</summary>
    internal bool IsExact => Beginning is null && AliasPart is null;

    /// <summary>Whether a message would be found, index or not.</summary>
    internal bool Holds(SearchDocument document) =>
        Words.All(document.Words.Contains)
        && (Domains.Count == 0 || document.Aliases.Any(alias => Domains.Contains(alias.Domain)))
        && (Beginning is null || document.Words.Any(word => word.StartsWith(Beginning, StringComparison.Ordinal)))
        && (AliasPart is null || document.Aliases.Any(HasPart));

    private bool HasPart((string Address, string Domain) alias) =>
        (Domains.Count == 0 || Domains.Contains(alias.Domain)) && alias.Address.Contains(AliasPart!, StringComparison.Ordinal);
}
