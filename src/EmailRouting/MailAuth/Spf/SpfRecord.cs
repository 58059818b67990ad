using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EmailRouting.MailAuth.Spf;

/// <summary>A record of SPF (RFC 7208 §4.6.1), read whole: an error anywhere makes all of it unusable.</summary>
/// <param name="Mechanisms">In the order to try them.</param>
/// <param name="Redirect">Whose record holds where no mechanism matches; null: nobody's.</param>
/// <param name="Explanation">Where a text for clients that fail is found; null: nowhere.</param>
public sealed record SpfRecord(ImmutableArray<SpfMechanism> Mechanisms, MacroString? Redirect, MacroString? Explanation)
{
    private const string Version = "v=spf1";

    /// <summary>Whether a TXT record is meant for us (§4.5): other uses of TXT are none of SPF's business, however they look.</summary>
    public static bool IsSpf(ReadOnlySpan<char> text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <param name="text">For which <see cref="IsSpf"/> holds.</param>
    /// <param name="record">Null where it cannot be read.</param>
    /// <param name="unreadable">The first term that cannot be read, as it stands there.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpfRecord? record, [NotNullWhen(false)] out string? unreadable)
    {
        (record, unreadable) = (null, text);
        if (!IsSpf(text))
        {
            return false;
        }

        ImmutableArray<SpfMechanism>.Builder mechanisms = ImmutableArray.CreateBuilder<SpfMechanism>();
        MacroString? redirect = null;
        MacroString? explanation = null;

        // Spaces alone are between terms; any other white space is part of one, and an error there.
        ReadOnlySpan<char> terms = text.AsSpan(Version.Length);
        foreach (Range range in terms.Split(' '))
        {
            ReadOnlySpan<char> term = terms[range];
            if (term.IsEmpty)
            {
                continue;
            }

            bool isRead;
            if (NameOfModifier(term) is not { IsEmpty: false } name)
            {
                isRead = SpfMechanismParser.TryParse(term, out SpfMechanism? mechanism);
                if (isRead)
                {
                    mechanisms.Add(mechanism!);
                }
            }
            else
            {
                ReadOnlySpan<char> value = term[(name.Length + 1)..];
                isRead = name.Equals("redirect", StringComparison.OrdinalIgnoreCase) ? TryReadOnce(value, ref redirect)
                    : name.Equals("exp", StringComparison.OrdinalIgnoreCase) ? TryReadOnce(value, ref explanation)

                    // One that is not known is passed over, but it must be well formed (§6).
                    : IsName(name) && MacroString.TryParse(value, out _);
            }

            if (!isRead)
            {
                unreadable = term.ToString();
                return false;
            }
        }

        (record, unreadable) = (new SpfRecord(mechanisms.ToImmutable(), redirect, explanation), null);
        return true;
    }

    /// <summary>What stands before a <c>=</c> that comes before any <c>:</c> or <c>/</c>; empty where the term is a mechanism.</summary>
    private static ReadOnlySpan<char> NameOfModifier(ReadOnlySpan<char> term)
    {
        int end = term.IndexOfAny('=', ':', '/');
        return end > 0 && term[end] == '=' ? term[..end] : default;
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(name[0]);
    }

    // Twice is an error, even if both say the same (§6).
    private static bool TryReadOnce(ReadOnlySpan<char> value, ref MacroString? modifier) =>
        modifier is null && MacroString.TryParseDomain(value, out modifier);
}
