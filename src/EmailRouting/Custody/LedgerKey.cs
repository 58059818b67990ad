using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Smtp;

namespace EmailRouting.Custody;

/// <summary>What makes two transactions the same for a sender that tries again: digest of the message, envelope sender, recipients in any order.</summary>
public readonly record struct LedgerKey(UInt128 Value)
{
    public static LedgerKey Of(IncomingMail incoming)
    {
        var text = new ArrayBufferWriter<byte>(512);
        text.Write(incoming.Mail.Content.Facts.Sha256);
        Encoding.UTF8.GetBytes(incoming.Mail.Envelope.Sender?.Text, text);
        if (incoming.Recipients is [EmailAddress only])
        {
            Add(only.Text, text);
        }
        else
        {
            foreach (string recipient in incoming.Recipients.Select(r => r.Text).Order(StringComparer.Ordinal))
            {
                Add(recipient, text);
            }
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.WrittenSpan, digest);
        return new LedgerKey(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    private static void Add(string recipient, ArrayBufferWriter<byte> text)
    {
        text.Write("\n"u8);
        Encoding.UTF8.GetBytes(recipient, text);
    }

    public override string ToString() => Value.ToString("x32", null);
}
