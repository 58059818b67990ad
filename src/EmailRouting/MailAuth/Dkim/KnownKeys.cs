using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>Key records that were read before. To make a key of a record takes fifty times as long as to verify a signature with it.</summary>
/// <remarks>By their text: what the DNS says decides which key is asked for, and a record says the same at any time.</remarks>
internal static class KnownKeys
{
    // Some kilobytes each. The large senders have a few keys each; whoever publishes thousands makes us forget, and costs what he cost before.
    private const int Most = 500;

    private static readonly ConcurrentDictionary<string, (KeyRecord? Record, string? Problem)> Known = new(StringComparer.Ordinal);

    /// <inheritdoc cref="KeyRecord.TryParse"/>
    public static bool TryRead(string text, [NotNullWhen(true)] out KeyRecord? record, [NotNullWhen(false)] out string? problem)
    {
        if (text.Length > KeyRecord.LongestRecord)
        {
            // Refused without a look at it, and not worth the memory.
            return KeyRecord.TryParse(text, out record, out problem);
        }

        if (!Known.TryGetValue(text, out (KeyRecord? Record, string? Problem) reading))
        {
            reading = KeyRecord.TryParse(text, out KeyRecord? read, out string? why) ? (read, null) : (null, why);
            if (Known.Count >= Most)
            {
                Known.Clear();
            }

            Known[text] = reading;
        }

        (record, problem) = reading;
        return record is not null;
    }
}
