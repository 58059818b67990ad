namespace EmailRouting.Delivery;

/// <summary>The TXT record that announces a policy (RFC 8461 §3.1).</summary>
internal static class MtaStsRecord
{
    private const string Version = "v=STSv1";
    private const int MaxId = 32;

    /// <summary>The id of the policy: another one means another policy. Null where none is announced, or several are.</summary>
    public static string? IdOf(IEnumerable<string> texts)
    {
        string[] records = [.. texts.Where(IsRecord)];
        return records is [var record]
            ? record.Split(';', StringSplitOptions.TrimEntries).Skip(1).Where(static field => field.StartsWith("id=", StringComparison.Ordinal)).Select(static field => field[3..])
                .FirstOrDefault() is { Length: > 0 and <= MaxId } id && id.All(char.IsAsciiLetterOrDigit) ? id : null
            : null;
    }

    private static bool IsRecord(string text) =>
        text.StartsWith(Version, StringComparison.Ordinal) && text.AsSpan(Version.Length).TrimStart(" \t") is [';', ..];
}
