using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using EmailRouting.Mail;

namespace EmailRouting.MailAuth;

/// <summary>The header of a message as its octets came, cut into fields and not otherwise read.</summary>
/// <remarks>
/// Signatures are over octets, so nothing here is decoded, unfolded or put right. Whatever a line looks like it is a field, a continuation of one, or a
/// nameless line that no signature can name.
/// </remarks>
public sealed class MessageHeader
{
    /// <summary>Octets of a header that are looked at. Nobody honest needs more; see <see cref="IsTooLong"/>.</summary>
    public const int MaxOctets = 1024 * 1024;

    /// <summary>Fields that are looked at.</summary>
    public const int MaxFields = 2_000;

    private const int FirstRead = 16 * 1024;
    private const int LongestUsual = 32;

    // Those that most messages have: a header of thirty fields is then no thirty strings.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Usual = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "arc-authentication-results",
        "arc-message-signature",
        "arc-seal",
        "authentication-results",
        "cc",
        "content-language",
        "content-transfer-encoding",
        "content-type",
        "date",
        "dkim-signature",
        "feedback-id",
        "from",
        "in-reply-to",
        "list-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "message-id",
        "mime-version",
        "received",
        "received-spf",
        "references",
        "reply-to",
        "return-path",
        "sender",
        "subject",
        "to",
        "user-agent",
        "x-mailer").GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly ReadOnlyMemory<byte> _octets;

    private MessageHeader(ReadOnlyMemory<byte> octets, ImmutableArray<MessageField> fields, bool isTooLong) =>
        (_octets, Fields, IsTooLong) = (octets, fields, isTooLong);

    /// <summary>True where a bound was met. The rest was not seen, so nothing can be said for the message.</summary>
    public bool IsTooLong { get; }

    /// <summary>Octets before the body, the empty line between them included.</summary>
    public int Length => _octets.Length;

    /// <summary>From the top of the message down.</summary>
    internal ImmutableArray<MessageField> Fields { get; }

    /// <summary>The header of a message that is held for as long as it is looked at: where it lies in memory it is not copied.</summary>
    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public static async ValueTask<MessageHeader> ReadAsync(MessageContent content, CancellationToken cancellation)
    {
        if (content.TryGetMemory(out ReadOnlySequence<byte> memory) && HeaderFacts.HeaderLength(memory.FirstSpan) is >= 0 and int end)
        {
            return Parse(memory.First[..end]);
        }

        await using Stream stream = content.OpenRead();
        byte[] buffer = new byte[(int)Math.Min(FirstRead, Math.Max(content.Length, 1))];
        int filled = 0;
        while (true)
        {
            int read = await stream.ReadAtLeastAsync(buffer.AsMemory(filled), buffer.Length - filled, throwOnEndOfStream: false, cancellation);
            filled += read;
            int length = HeaderFacts.HeaderLength(buffer.AsSpan(0, filled));
            if (length >= 0 || filled < buffer.Length || filled == content.Length)
            {
                return Parse(buffer.AsMemory(0, length < 0 ? filled : length));
            }

            if (filled >= MaxOctets)
            {
                return new MessageHeader(buffer.AsMemory(0, filled), [], isTooLong: true);
            }

            Array.Resize(ref buffer, (int)Math.Min(Math.Min(4L * buffer.Length, MaxOctets), content.Length));
        }
    }

    /// <param name="octets">A header with or without the empty line that ends it.</param>
    public static MessageHeader Parse(ReadOnlyMemory<byte> octets)
    {
        ImmutableArray<MessageField>.Builder fields = ImmutableArray.CreateBuilder<MessageField>();
        ReadOnlySpan<byte> header = octets.Span;
        for (int start = 0; start < header.Length;)
        {
            int length = FieldLength(header[start..]);
            ReadOnlySpan<byte> field = header.Slice(start, length);
            if (field.SequenceEqual("\r\n"u8))
            {
                break;
            }

            if (fields.Count == MaxFields || octets.Length > MaxOctets)
            {
                return new MessageHeader(octets, [], isTooLong: true);
            }

            int colon = field.IndexOf((byte)':');
            fields.Add(new MessageField(colon < 0 ? string.Empty : Name(field[..colon]), start, colon, length));
            start += length;
        }

        return new MessageHeader(octets, fields.DrainToImmutable(), isTooLong: false);
    }

    /// <summary>How many fields have this name.</summary>
    /// <param name="name">Lower case.</param>
    internal int Count(string name)
    {
        int count = 0;
        foreach (MessageField field in Fields)
        {
            count += field.Name == name ? 1 : 0;
        }

        return count;
    }

    /// <summary>The whole field, its line end included.</summary>
    internal ReadOnlySpan<byte> Octets(MessageField field) => _octets.Span.Slice(field.Start, field.Length);

    /// <summary>What stands behind the colon, folded as it came, without the line end.</summary>
    internal ReadOnlyMemory<byte> Value(MessageField field)
    {
        ReadOnlyMemory<byte> value = _octets.Slice(field.Start, field.Length)[(field.Colon + 1)..];
        return value.Span.EndsWith("\r\n"u8) ? value[..^2] : value;
    }

    // A field goes on while the next line begins with white space (RFC 5322 §2.2.3).
    private static int FieldLength(ReadOnlySpan<byte> header)
    {
        int length = 0;
        while (true)
        {
            int end = header[length..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return header.Length;
            }

            length += end + 1;
            if (length == header.Length || header[length] is not ((byte)' ' or (byte)'\t'))
            {
                return length;
            }
        }
    }

    // RFC 5322 §3.6.8: printable ASCII; the obsolete white space before the colon is no part of it.
    private static string Name(ReadOnlySpan<byte> octets)
    {
        octets = octets.TrimEnd(" \t"u8);
        if (octets.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            return string.Empty;
        }

        Span<char> name = stackalloc char[LongestUsual];
        return octets.Length <= name.Length && Usual.TryGetValue(name[..Encoding.ASCII.GetChars(octets, name)], out string? usual)
            ? usual
            : Encoding.ASCII.GetString(octets).ToLowerInvariant();
    }
}
