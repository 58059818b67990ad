using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>Tags that DKIM's field and both signed fields of ARC share.</summary>
internal static class SignatureTags
{
    // A signature of the largest key that is taken, in base64, and some air.
    private const int LongestBase64 = 4096;

    /// <summary>Reads <c>a= b= d= s=</c>.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? TryReadSigner(TagList tags, out SigningAlgorithm algorithm, out byte[]? signature, out string? domain, out string? selector)
    {
        (algorithm, signature, domain, selector) = (default, null, null, null);
        switch (tags["a"]?.ToLowerInvariant())
        {
            case "rsa-sha256":
                break;
            case "ed25519-sha256":
                algorithm = SigningAlgorithm.Ed25519Sha256;
                break;
            case "rsa-sha1":
                // RFC 8301 §3.1: signed with it is as good as not signed.
                return "a=rsa-sha1 is not secure";
            default:
                return "unknown a=";
        }

        if (!TryReadDomain(tags, "d", out domain))
        {
            return "bad d=";
        }

        if (!TryReadDomain(tags, "s", out selector))
        {
            return "bad s=";
        }

        return TryReadBase64(tags, "b", out signature) ? null : "bad b=";
    }

    public static bool TryReadBase64(TagList tags, string name, [NotNullWhen(true)] out byte[]? octets) => tags.TryDecode(name, LongestBase64, out octets);

    /// <summary>A decimal number of seconds or octets; null where there is none, as large as can be where it is larger.</summary>
    public static bool TryReadNumber(TagList tags, string name, out long? number)
    {
        number = null;
        if (tags[name] is not { } text)
        {
            return true;
        }

        // RFC 6376 §3.5: up to 76 digits, of which a verifier need not make a number.
        if (text.Length is 0 or > 76 || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long read) ? read : long.MaxValue;
        return true;
    }

    public static bool TryReadDomain(TagList tags, string name, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        return tags[name] is { } text && DnsName.TryNormalize(text, out domain);
    }
}
