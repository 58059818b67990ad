namespace EmailRouting.MailAuth.Srs;

/// <summary>The day in an SRS address: two digits of base 32, which come round every 1,024 days.</summary>
internal static class SrsDays
{
    /// <summary>Days for which mail may come back: a queue gives up after five, and some queues stand behind others.</summary>
    public const int Lifetime = 21;

    private const int Cycle = 1024;
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Stamp(DateTimeOffset now)
    {
        int day = Day(now);
        return $"{Digits[day >> 5]}{Digits[day & 31]}";
    }

    /// <summary>How many days old a stamp is; null for what is none.</summary>
    public static int? Age(ReadOnlySpan<char> stamp, DateTimeOffset now)
    {
        if (stamp.Length != 2)
        {
            return null;
        }

        int high = Digits.IndexOf(char.ToUpperInvariant(stamp[0]), StringComparison.Ordinal);
        int low = Digits.IndexOf(char.ToUpperInvariant(stamp[1]), StringComparison.Ordinal);
        return high < 0 || low < 0 ? null : (Day(now) - ((high << 5) | low) + Cycle) % Cycle;
    }

    private static int Day(DateTimeOffset now) => (int)(now.ToUnixTimeSeconds() / 86_400 % Cycle);
}
