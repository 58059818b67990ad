using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailRouting.MailAuth.Dmarc;

/// <summary>What a domain publishes at <c>_dmarc</c> (RFC 9989 §4.7); records written for RFC 7489 read alike.</summary>
/// <param name="Policy"><c>p</c></param>
/// <param name="Subdomains"><c>sp</c>; null where <c>p</c> is for them too.</param>
/// <param name="Nonexistent"><c>np</c>; null where they are treated as other subdomains.</param>
/// <param name="StrictDkim"><c>adkim=s</c></param>
/// <param name="StrictSpf"><c>aspf=s</c></param>
/// <param name="IsTest"><c>t=y</c>, or the <c>pct=0</c> that said so before there was a <c>t</c>. Other percentages were dropped with RFC 9989 and mean nothing.</param>
/// <param name="PublicSuffix"><c>psd</c>: true for <c>y</c>, false for <c>n</c>, null for <c>u</c>.</param>
public sealed record DmarcRecord(
    DmarcPolicy Policy, DmarcPolicy? Subdomains, DmarcPolicy? Nonexistent, bool StrictDkim, bool StrictSpf, bool IsTest, bool? PublicSuffix)
{
    private const int LongestRecord = 4096;

    /// <summary>Reads one TXT record. False where it is no DMARC record, or one whose policy cannot be read and that asks for no reports.</summary>
    /// <remarks>Total: what is unknown or malformed behind the version is left out (§4.7), the first of two tags with one name counts.</remarks>
    public static bool TryParse(string text, [NotNullWhen(true)] out DmarcRecord? record)
    {
        record = null;
        if (!IsDmarc(text))
        {
            return false;
        }

        bool isReadable = TryReadPolicy(text, "p", out DmarcPolicy? policy)
            & TryReadPolicy(text, "sp", out DmarcPolicy? subdomains)
            & TryReadPolicy(text, "np", out DmarcPolicy? nonexistent);
        if (!isReadable)
        {
            // §4.10.1: a policy that cannot be read is none, and no DMARC at all where the domain does not want to hear of its mail either.
            if (!AsksForReports(text))
            {
                return false;
            }

            (policy, subdomains, nonexistent) = (DmarcPolicy.None, null, null);
        }

        record = new DmarcRecord(
            policy ?? DmarcPolicy.None,
            subdomains,
            nonexistent,
            StrictDkim: Says(text, "adkim", "s"),
            StrictSpf: Says(text, "aspf", "s"),
            IsTest: Says(text, "t", "y") || Says(text, "pct", "0"),
            PublicSuffix: Says(text, "psd", "y") ? true : Says(text, "psd", "n") ? false : null);
        return true;
    }

    /// <summary>Whether a record claims to be DMARC: the version stands first, in these letters.</summary>
    public static bool IsDmarc(string text)
    {
        ReadOnlySpan<char> first = text.AsSpan(0, text.IndexOf(';', StringComparison.Ordinal) is >= 0 and int end ? end : text.Length);
        int equals = first.IndexOf('=');
        return text.Length <= LongestRecord
            && equals > 0
            && first[..equals].Trim(" \t") is "v" or "V"
            && first[(equals + 1)..].Trim(" \t") is "DMARC1";
    }

    /// <summary>Absent is readable, and null.</summary>
    private static bool TryReadPolicy(string text, string name, out DmarcPolicy? policy)
    {
        policy = Says(text, name, "none") ? DmarcPolicy.None
            : Says(text, name, "quarantine") ? DmarcPolicy.Quarantine
            : Says(text, name, "reject") ? DmarcPolicy.Reject
            : null;
        return policy is not null || !TryFind(text, name, out _);
    }

    private static bool AsksForReports(string text) =>
        TryFind(text, "rua", out ReadOnlySpan<char> uris) && uris.ToString().Split(',').Any(static uri => Uri.TryCreate(uri.Trim(), UriKind.Absolute, out _));

    private static bool Says(string text, string name, string value) =>
        TryFind(text, name, out ReadOnlySpan<char> found) && Ascii.EqualsIgnoreCase(found, value);

    /// <summary>The value of the first tag with this name.</summary>
    private static bool TryFind(string text, string name, out ReadOnlySpan<char> value)
    {
        foreach (Range range in text.AsSpan().Split(';'))
        {
            ReadOnlySpan<char> tag = text.AsSpan(range);
            if (tag.IndexOf('=') is > 0 and int equals && Ascii.EqualsIgnoreCase(tag[..equals].Trim(" \t"), name))
            {
                value = tag[(equals + 1)..].Trim(" \t");
                return true;
            }
        }

        value = default;
        return false;
    }
}
