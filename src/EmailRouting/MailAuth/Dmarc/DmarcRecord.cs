using System.Diagnostics.CodeAnalysis;

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

        Dictionary<string, string> tags = [];
        foreach (Range range in text.AsSpan().Split(';'))
        {
            ReadOnlySpan<char> tag = text.AsSpan(range);
            if (tag.IndexOf('=') is > 0 and int equals)
            {
                tags.TryAdd(tag[..equals].Trim(" \t").ToString().ToLowerInvariant(), tag[(equals + 1)..].Trim(" \t").ToString().ToLowerInvariant());
            }
        }

        bool isReadable = TryReadPolicy(tags, "p", out DmarcPolicy? policy)
            & TryReadPolicy(tags, "sp", out DmarcPolicy? subdomains)
            & TryReadPolicy(tags, "np", out DmarcPolicy? nonexistent);
        if (!isReadable)
        {
            // §4.10.1: a policy that cannot be read is none, and no DMARC at all where the domain does not want to hear of its mail either.
            if (!AsksForReports(tags))
            {
                return false;
            }

            (policy, subdomains, nonexistent) = (DmarcPolicy.None, null, null);
        }

        record = new DmarcRecord(
            policy ?? DmarcPolicy.None,
            subdomains,
            nonexistent,
            StrictDkim: tags.GetValueOrDefault("adkim") == "s",
            StrictSpf: tags.GetValueOrDefault("aspf") == "s",
            IsTest: tags.GetValueOrDefault("t") == "y" || tags.GetValueOrDefault("pct") == "0",
            PublicSuffix: tags.GetValueOrDefault("psd") switch { "y" => true, "n" => false, _ => null });
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
    private static bool TryReadPolicy(Dictionary<string, string> tags, string name, out DmarcPolicy? policy)
    {
        string? text = tags.GetValueOrDefault(name);
        policy = text switch
        {
            "none" => DmarcPolicy.None,
            "quarantine" => DmarcPolicy.Quarantine,
            "reject" => DmarcPolicy.Reject,
            _ => null,
        };
        return text is null || policy is not null;
    }

    private static bool AsksForReports(Dictionary<string, string> tags) =>
        tags.GetValueOrDefault("rua")?.Split(',').Any(static uri => Uri.TryCreate(uri.Trim(), UriKind.Absolute, out _)) == true;
}
