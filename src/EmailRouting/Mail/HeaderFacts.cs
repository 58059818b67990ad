using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace EmailRouting.Mail;

/// <summary>The little that routing asks of a message's header: is it going in circles?</summary>
/// <param name="ReceivedLines">How many <c>Received</c> fields there are (RFC 5321 §6.3).</param>
/// <param name="Identity">
/// Hash that stays the same while a message goes round: of the body with Message-ID, Date, From and Subject, for each round may add fields in front; of all
/// octets where there is no Message-ID. It means nothing to another process.
/// </param>
public sealed record HeaderFacts(int ReceivedLines, ulong Identity)
{
    // Nobody outside can tell which messages would be taken for one another.
    private static readonly long Seed = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));

    private static readonly string[] IdentityFields = ["message-id", "date", "from", "subject"];

    /// <param name="header">The header with the empty line that ends it; the whole beginning where none does.</param>
    /// <param name="bodyHash">Of what follows, by <see cref="HashOf"/> or <see cref="NewHash"/>.</param>
    /// <param name="wholeDigest">SHA-256 of everything.</param>
    public static HeaderFacts Read(ReadOnlySpan<byte> header, ulong bodyHash, ReadOnlySpan<byte> wholeDigest)
    {
        byte[] identity = ArrayPool<byte>.Shared.Rent(sizeof(ulong) + header.Length);
        try
        {
            BinaryPrimitives.WriteUInt64LittleEndian(identity, bodyHash);
            (int received, bool hasMessageId, int length) = Gather(header, identity, sizeof(ulong));
            return new HeaderFacts(received, HashOf(hasMessageId ? identity.AsSpan(0, length) : wholeDigest));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(identity);
        }
    }

    public static ulong HashOf(ReadOnlySpan<byte> octets) => XxHash3.HashToUInt64(octets, Seed);

    /// <summary>The same for octets that come in parts.</summary>
    public static XxHash3 NewHash() => new(Seed);

    // Appends the fields that stay the same.
    private static (int Received, bool HasMessageId, int Length) Gather(ReadOnlySpan<byte> header, Span<byte> identity, int length)
    {
        int received = 0;
        bool hasMessageId = false;
        while (!header.IsEmpty)
        {
            ReadOnlySpan<byte> field = header[..FieldLength(header)];
            header = header[field.Length..];

            int colon = field.IndexOf((byte)':');
            if (colon <= 0)
            {
                continue;
            }

            ReadOnlySpan<byte> name = field[..colon].TrimEnd(" \t"u8);
            if (Ascii.EqualsIgnoreCase(name, "received"))
            {
                received++;
            }
            else if (IsIdentityField(name))
            {
                hasMessageId |= Ascii.EqualsIgnoreCase(name, "message-id");
                field.CopyTo(identity[length..]);
                length += field.Length;
            }
        }

        return (received, hasMessageId, length);
    }

    /// <summary>Where the header ends: octets up to and with the first empty line, or -1.</summary>
    public static int HeaderLength(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("\r\n"u8))
        {
            return 2;
        }

        int end = message.IndexOf("\r\n\r\n"u8);
        return end < 0 ? -1 : end + 4;
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

    private static bool IsIdentityField(ReadOnlySpan<byte> name)
    {
        foreach (string field in IdentityFields)
        {
            if (Ascii.EqualsIgnoreCase(name, field))
            {
                return true;
            }
        }

        return false;
    }
}
