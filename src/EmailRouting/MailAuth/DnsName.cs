using System.Diagnostics.CodeAnalysis;
using EmailRouting.Smtp;

namespace EmailRouting.MailAuth;

/// <summary>Domain names as the checks compare them: lower-case A-labels, no final dot.</summary>
internal static class DnsName
{
    /// <summary>False for what is no domain name; address literals and names of one octet too many included.</summary>
    public static bool TryNormalize(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? name)
    {
        // The envelope's grammar of a domain is the one we want, U-labels included (RFC 8616 §5); it is read behind a local part.
        name = text is ['[', ..] || !EmailAddress.TryParse($"x@{text}", out EmailAddress? address) ? null : address.Domain;
        return name is not null;
    }

    /// <summary>True for the domain itself too.</summary>
    public static bool IsWithin(string name, string domain) =>
        name.EndsWith(domain, StringComparison.Ordinal) && (name.Length == domain.Length || name[name.Length - domain.Length - 1] == '.');

    public static int LabelCount(string name) => name.AsSpan().Count('.') + 1;

    /// <summary>The rightmost labels of a name; the whole name where it has no more.</summary>
    public static string Rightmost(string name, int labels)
    {
        int start = name.Length + 1;
        for (; labels > 0 && start > 0; labels--)
        {
            start = start == 1 ? 0 : name.LastIndexOf('.', start - 2) + 1;
        }

        return start > name.Length ? string.Empty : name[start..];
    }
}
