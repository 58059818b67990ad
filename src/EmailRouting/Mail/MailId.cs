using System.Security.Cryptography;

namespace EmailRouting.Mail;

/// <summary>
/// The one name of a message: in our 250, in every log line, in the activity log and in the queue. Sorts by the time of its making.
/// </summary>
/// <remarks>41 bits of milliseconds since 2025 and 22 bits that tell two of one millisecond apart; 13 digits of Crockford's base 32 in text.</remarks>
public readonly record struct MailId(long Value) : ISpanFormattable
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 13;
    private const int LowBits = 22;
    private static readonly long Epoch = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static long _last;

    // Begins anywhere in each process, and goes in steps that visit every number once before any comes again: two processes hardly make the same id, and none asks the system
    // for randomness with each message.
    private const int Stride = 2_654_435;
    private static int _low = RandomNumberGenerator.GetInt32(1 << LowBits);

    /// <summary>When it was made, or a moment later where many were made at once.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds((Value >> LowBits) + Epoch);

    /// <summary>A new id, greater than every other that this process has made.</summary>
    public static MailId New(DateTimeOffset now)
    {
        long wanted = ((now.ToUnixTimeMilliseconds() - Epoch) << LowBits) | (uint)(Interlocked.Add(ref _low, Stride) & ((1 << LowBits) - 1));
        while (true)
        {
            long last = Volatile.Read(ref _last);
            long next = Math.Max(wanted, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return new MailId(next);
            }
        }
    }

    /// <summary>
    /// No id made at this instant or later is smaller, and none made before it is greater: where a stretch of time begins among ids. Before the first and after the
    /// last instant that an id can have it is the least and the greatest.
    /// </summary>
    public static MailId FirstAt(DateTimeOffset instant)
    {
        long milliseconds = instant.ToUnixTimeMilliseconds() - Epoch;
        return new MailId(milliseconds <= 0 ? 0 : milliseconds > long.MaxValue >> LowBits ? long.MaxValue : milliseconds << LowBits);
    }

    public static bool TryParse(ReadOnlySpan<char> text, out MailId id)
    {
        id = default;
        if (text.Length != Length)
        {
            return false;
        }

        long value = 0;
        foreach (char c in text)
        {
            int digit = Digits.IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 5) | (long)digit;
        }

        id = new MailId(value);
        return value >= 0;
    }

    public override string ToString() => string.Create(Length, Value, Write);

    /// <summary>There is one form.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        bool fits = destination.Length >= Length;
        if (fits)
        {
            Write(destination[..Length], Value);
        }

        charsWritten = fits ? Length : 0;
        return fits;
    }

    private static void Write(Span<char> text, long value)
    {
        for (int i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Digits[(int)(value & 31)];
            value >>= 5;
        }
    }
}
