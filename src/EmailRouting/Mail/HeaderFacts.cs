using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace EmailRouting.Mail;

/// <summary>The little that routing asks of a message's header: is it going in circles?</summary>
/// <param name="ReceivedLines">How many <c>Received</c> fields there are (RFC 5321 §6.3).</param>
/// <param name="Identity">
/// Digest that stays the same while a message goes round: of the body with Message-ID, Date, From and Subject, for each round may add fields in front; of all
/// octets where there is no Message-ID.
/// </param>
public sealed record HeaderFacts(int ReceivedLines, byte[] Identity)
{
    private static readonly string[] IdentityFields = ["message-id", "date", "from", "subject"];

    /// <param name="header">The header with the empty line that ends it; the whole beginning where none does.</param>
    /// <param name="bodyDigest">SHA-256 of what follows.</param>
    /// <param name="wholeDigest">SHA-256 of everything.</param>
    public static HeaderFacts Read(ReadOnlySpan<byte> header, ReadOnlySpan<byte> bodyDigest, byte[] wholeDigest)
    {
        byte[] identity = ArrayPool<byte>.Shared.Rent(bodyDigest.Length + header.Length);
        try
        {
            bodyDigest.CopyTo(identity);
            (int received, bool hasMessageId, int length) = Gather(header, identity, bodyDigest.Length);
            return new HeaderFacts(received, hasMessageId ? SHA256.HashData(identity.AsSpan(0, length)) : wholeDigest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(identity);
        }
    }

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
