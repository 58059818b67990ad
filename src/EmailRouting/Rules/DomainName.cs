using System.Diagnostics.CodeAnalysis;
using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>A domain as people type it, in Unicode or A-labels.</summary>
public static class DomainName
{
    /// <param name="text">What was typed.</param>
    /// <param name="name">Lower-case A-labels, at least two.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? name)
    {
        // A domain is what may follow the @ of an address: there is one grammar for both.
        name = !text.Contains('@', StringComparison.Ordinal) && EmailAddress.TryParse($"postmaster@{text}", out EmailAddress? address)
            && address.Domain.Contains('.', StringComparison.Ordinal) && address.Domain[0] != '['
            ? address.Domain
            : null;
        return name is not null;
    }
}
