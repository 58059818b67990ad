using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EmailRouting.Custody;

/// <summary>What makes two transactions the same for a sender that tries again: digest of the message, envelope sender, recipients in any order.</summary>
public readonly record struct LedgerKey(UInt128 Value)
{
    public static LedgerKey Of(IncomingMail incoming)
    {
        string sender = incoming.Mail.Envelope.Sender?.Text ?? string.Empty;
        string first = incoming.Recipients[0].Text;
        ReadOnlySpan<string> recipients = incoming.Recipients.Length == 1 ? new(in first) : [.. incoming.Recipients.Select(r => r.Text).Order(StringComparer.Ordinal)];

        // The digest, the sender, and the recipients, each on a line of its own.
        int most = SHA256.HashSizeInBytes + Encoding.UTF8.GetMaxByteCount(sender.Length);
        foreach (string recipient in recipients)
        {
            most += 1 + Encoding.UTF8.GetMaxByteCount(recipient.Length);
        }

        byte[] text = ArrayPool<byte>.Shared.Rent(most);
        incoming.Mail.Content.Facts.Sha256.CopyTo(text, 0);
        int length = SHA256.HashSizeInBytes;
        length += Encoding.UTF8.GetBytes(sender, text.AsSpan(length));
        foreach (string recipient in recipients)
        {
            text[length++] = (byte)'\n';
            length += Encoding.UTF8.GetBytes(recipient, text.AsSpan(length));
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.AsSpan(0, length), digest);
        ArrayPool<byte>.Shared.Return(text);
        return new LedgerKey(BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    public override string ToString() => Value.ToString("x32", null);
}
