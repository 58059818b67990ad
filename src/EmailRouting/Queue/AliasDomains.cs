using System.Collections.Immutable;
using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>
/// The domains of a delivery's aliases in one indexed column, for who may see only what is addressed to his own: <c>one.example</c>, or <c> one.example two.example </c>
/// with a space before, between and after where there are several.
/// </summary>
/// <remarks>
/// Nearly every delivery has one, and a look-up in the index finds it. Those with several lie together in front of all others, for a space sorts before every domain: a search
/// looks through them alone, not through the queue.
/// </remarks>
public static class AliasDomains
{
    /// <summary>Where those with several begin in the index, and where they have ended.</summary>
    public const string FirstOfSeveral = " ";

    /// <inheritdoc cref="FirstOfSeveral"/>
    public const string AfterSeveral = "!";

    public static string Of(ImmutableArray<AliasRecipient> aliases)
    {
        if (aliases.Length == 1)
        {
            return aliases[0].Alias.Domain;
        }

        string[] domains = [.. aliases.Select(alias => alias.Alias.Domain).Distinct().Order(StringComparer.Ordinal)];
        return domains.Length == 1 ? domains[0] : $" {string.Join(' ', domains)} ";
    }

    /// <summary>What the column of several holds where this is one of them.</summary>
    public static string Among(string domain) => $" {domain} ";
}
