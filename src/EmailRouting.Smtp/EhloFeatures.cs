using System.Globalization;

namespace EmailRouting.Smtp;

/// <summary>What a remote host offers, read from its EHLO reply (RFC 5321 §4.1.1.1).</summary>
public sealed record EhloFeatures
{
    /// <summary>What a host that only speaks HELO offers.</summary>
    public static EhloFeatures None { get; } = new();

    public bool Pipelining { get; init; }

    public bool EightBitMime { get; init; }

    public bool SmtpUtf8 { get; init; }

    public bool Dsn { get; init; }

    public bool StartTls { get; init; }

    public bool Chunking { get; init; }

    public bool EnhancedStatusCodes { get; init; }

    /// <summary>Octets; null where SIZE is not offered, 0 where it is without a limit.</summary>
    public long? Size { get; init; }

    /// <summary>SASL mechanisms, upper case, in the host's order.</summary>
    public IReadOnlyList<string> Auth { get; init; } = [];

    /// <summary>Reads what follows the greeting on the first line. Keywords that we do not use are passed over, a refused EHLO offers nothing.</summary>
    public static EhloFeatures Parse(SmtpReply reply)
    {
        EhloFeatures features = None;
        if (!reply.IsPositive)
        {
            return features;
        }

        foreach (string line in reply.Lines.AsSpan(1..))
        {
            // AUTH=LOGIN is how servers wrote it before RFC 2554, and some still write both.
            string[] words = line.Split([' ', '\t', '='], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                features = features.With(words[0].ToUpperInvariant(), words.AsSpan(1));
            }
        }

        return features;
    }

    private EhloFeatures With(string keyword, ReadOnlySpan<string> words) => keyword switch
    {
        "PIPELINING" => this with { Pipelining = true },
        "8BITMIME" => this with { EightBitMime = true },
        "SMTPUTF8" => this with { SmtpUtf8 = true },
        "DSN" => this with { Dsn = true },
        "STARTTLS" => this with { StartTls = true },
        "CHUNKING" => this with { Chunking = true },
        "ENHANCEDSTATUSCODES" => this with { EnhancedStatusCodes = true },
        "SIZE" => this with { Size = ReadSize(words) },
        "AUTH" => this with { Auth = [.. Auth.Union(words.ToArray().Select(word => word.ToUpperInvariant()))] },
        _ => this,
    };

    // A limit that cannot be read is taken for none: the host will say so itself when a message is too large for it.
    private static long ReadSize(ReadOnlySpan<string> words) =>
        words is [string size, ..] && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long octets) ? octets : 0;
}
