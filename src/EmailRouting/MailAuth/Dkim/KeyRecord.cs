using System.Diagnostics.CodeAnalysis;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>A public key as a domain publishes it (RFC 6376 §3.6.1).</summary>
/// <param name="Key">Fit for <paramref name="Algorithm"/>.</param>
/// <param name="Algorithm">What it verifies.</param>
/// <param name="IsTest"><c>t=y</c>: the domain is trying DKIM out.</param>
/// <param name="IsStrict"><c>t=s</c>: no subdomain may stand in <c>i=</c>.</param>
internal sealed record KeyRecord(VerificationKey Key, SigningAlgorithm Algorithm, bool IsTest, bool IsStrict)
{
    // A key of the largest size that is taken, in base64, with every tag there is.
    public const int LongestRecord = 4096;

    /// <param name="text">One TXT record.</param>
    /// <param name="record">Null where it is none for mail, or its key must not be used.</param>
    /// <param name="problem">Why.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out KeyRecord? record, [NotNullWhen(false)] out string? problem)
    {
        record = null;
        if (text.Length > LongestRecord || !TagList.TryParseRecord(text, out TagList? tags))
        {
            problem = "unreadable key record";
        }
        else if (tags["v"] is { } version && (version != "DKIM1" || tags.FirstName != "v"))
        {
            problem = "key record of another version";
        }
        else if (tags.Compact("p") is not { } key)
        {
            problem = "key record without p=";
        }
        else if (key.Length == 0)
        {
            problem = "key revoked";
        }
        else if (!Names(tags, "h", "sha256"))
        {
            problem = "key not for sha256";
        }
        else if (!Names(tags, "s", "email") && !Names(tags, "s", "*"))
        {
            problem = "key not for mail";
        }
        else
        {
            problem = ReadKey(tags, out VerificationKey? read, out SigningAlgorithm algorithm);
            record = read is null ? null : new KeyRecord(read, algorithm, HasFlag(tags, "y"), HasFlag(tags, "s"));
        }

        return record is not null;
    }

    private static string? ReadKey(TagList tags, out VerificationKey? key, out SigningAlgorithm algorithm)
    {
        (key, algorithm) = (null, SigningAlgorithm.RsaSha256);
        if (!SignatureTags.TryReadBase64(tags, "p", out byte[]? octets))
        {
            return "unreadable p=";
        }

        switch (tags["k"]?.ToLowerInvariant() ?? "rsa")
        {
            case "rsa":
                return VerificationKey.TryReadRsa(octets, out key);
            case "ed25519":
                algorithm = SigningAlgorithm.Ed25519Sha256;
                return VerificationKey.TryReadEd25519(octets, out key) ? null : "unreadable Ed25519 key";
            default:
                return "key of an unknown type";
        }
    }

    // A list that is not there excludes nothing.
    private static bool Names(TagList tags, string tag, string value) =>
        tags.Compact(tag) is not { } list || list.Split(':').Contains(value, StringComparer.OrdinalIgnoreCase);

    private static bool HasFlag(TagList tags, string flag) =>
        tags.Compact("t") is { } flags && flags.Split(':').Contains(flag, StringComparer.OrdinalIgnoreCase);
}
