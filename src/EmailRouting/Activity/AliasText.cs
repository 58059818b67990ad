using System.Buffers;
using EmailRouting.Smtp;

namespace EmailRouting.Activity;

/// <summary>Addresses as they are stored and searched for: what they mean, so that two ways of writing one address are found together.</summary>
internal static class AliasText
{
    // Nothing in these is written in two ways. Most aliases have no others.
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_+@");

    /// <summary>Lower case, quoting undone, the domain in A-labels; any other text in lower case.</summary>
    public static (string Address, string Domain) Canonical(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Plain) && text[^1] != '.' && text.Contains('@', StringComparison.Ordinal))
        {
            return (text, text[(text.LastIndexOf('@') + 1)..]);
        }

        if (EmailAddress.TryParse(text, out EmailAddress? address))
        {
            return ($"{address.LocalPart.ToLowerInvariant()}@{address.Domain}", address.Domain);
        }

        string lower = text.ToLowerInvariant();
        return (lower, lower[(lower.LastIndexOf('@') is int at and >= 0 ? at + 1 : lower.Length)..]);
    }

    public static string DomainOf(string text) => Canonical(text).Domain;

    /// <summary>Those of a list separated by spaces that lie in one of the domains.</summary>
    public static string Within(string aliases, IReadOnlyCollection<string> domains) =>
        string.Join(' ', aliases.Split(' ').Where(alias => domains.Contains(DomainOf(alias))));
}
