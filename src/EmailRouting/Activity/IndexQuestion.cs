namespace EmailRouting.Activity;

/// <summary>What a search index is asked. All of it must hold.</summary>
/// <param name="Words">Each is in the document. Lower case, without spaces.</param>
/// <param name="Either">One of them at least is in the document; empty for no such condition.</param>
/// <param name="Beginning">A word in the document begins so; null for none.</param>
/// <param name="AliasPart">Part of an alias, in lower case; null for none.</param>
public sealed record IndexQuestion(IReadOnlyCollection<string> Words, IReadOnlyCollection<string> Either, string? Beginning, string? AliasPart)
{
    public bool IsEmpty => Words.Count == 0 && Either.Count == 0 && Beginning is null && AliasPart is null;

    /// <summary>Whether a message that the index does not know yet would be found.</summary>
    internal bool Holds(SearchDocument document) =>
        Words.All(document.Words.Contains)
        && (Either.Count == 0 || Either.Any(document.Words.Contains))
        && (Beginning is null || document.Words.Any(word => word.StartsWith(Beginning, StringComparison.Ordinal)))
        && (AliasPart is null || document.Aliases.Any(alias => alias.Contains(AliasPart, StringComparison.Ordinal)));
}
