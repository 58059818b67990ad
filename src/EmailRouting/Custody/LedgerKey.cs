using System.Security.Cryptography;
using System.Text;

namespace EmailRouting.Custody;

/// <summary>What makes two transactions the same for a sender that tries again: digest of the message, envelope sender, recipients in any order.</summary>
public readonly record struct LedgerKey(UInt128 Value)
{
    public static LedgerKey Of(IncomingMail incoming)
    {
        var text = new StringBuilder(256).Append(Convert.ToHexString(incoming.Mail.Content.Facts.Sha256)).Append('\n').Append(incoming.Mail.Envelope.Sender?.Text);
        if (incoming.Recipients.Length == 1)
        {
            text.Append('\n').Append(incoming.Recipients[0].Text);
        }
        else
        {
            foreach (string recipient in incoming.Recipients.Select(r => r.Text).Order(StringComparer.Ordinal))
            {
                text.Append('\n').Append(recipient);
            }
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()), digest);
        return new LedgerKey(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    public override string ToString() => Value.ToString("x32", null);
}
