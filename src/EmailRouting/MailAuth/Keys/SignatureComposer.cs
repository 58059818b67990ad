using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EmailRouting.MailAuth.Dkim;

namespace EmailRouting.MailAuth.Keys;

/// <summary>Writes fields with a signature in them, folded and in the relaxed form signed.</summary>
internal static class SignatureComposer
{
    private const int FoldAt = 72;

    // What tells a message from another, and what a reader is shown (RFC 6376 §5.4.1).
    private static readonly ImmutableArray<string> SignedNames =
    [
        "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to", "sender", "mime-version", "content-type",
        "content-transfer-encoding", "content-disposition", "auto-submitted", "list-id", "list-unsubscribe", "list-unsubscribe-post", "dkim-signature",
    ];

    /// <summary>The fields of a message that a signature of ours covers: each as often as it is there, and From once more, so that nobody adds one.</summary>
    public static ImmutableArray<string> NamesToSign(MessageHeader header) =>
        [.. SignedNames.SelectMany(name => Enumerable.Repeat(name, Math.Min(header.Count(name), 10) + (name == "from" ? 1 : 0)))];

    /// <summary>The whole field, ended with CR LF.</summary>
    /// <param name="name">As it is to be written.</param>
    /// <param name="tags">All but <c>b=</c>.</param>
    /// <param name="before">What is signed in front of the field itself, in its canonical form; the field is added to it.</param>
    /// <param name="key">Signs.</param>
    public static byte[] Compose(string name, IEnumerable<string> tags, ArrayBufferWriter<byte> before, SigningKey key)
    {
        var field = new StringBuilder(name).Append(':');
        int column = field.Length;
        foreach (string tag in tags.Append("b="))
        {
            bool isLast = tag == "b=";
            foreach (string piece in Pieces(tag))
            {
                if (column + piece.Length + 2 > FoldAt)
                {
                    field.Append("\r\n\t");
                    column = 8;
                }
                else if (piece[0] != ':')
                {
                    field.Append(' ');
                    column++;
                }

                field.Append(piece);
                column += piece.Length;
            }

            if (!isLast)
            {
                field.Append(';');
                column++;
            }
        }

        var itself = new ArrayBufferWriter<byte>(1024);
        FieldCanonicalization.Write(Encoding.UTF8.GetBytes(field.ToString()), Canonicalization.Relaxed, itself);
        before.Write(itself.WrittenSpan[..^2]);

        string signature = Convert.ToBase64String(key.Sign(before.WrittenSpan));
        for (int start = 0; start < signature.Length; start += FoldAt)
        {
            field.Append("\r\n\t").Append(signature, start, Math.Min(FoldAt, signature.Length - start));
        }

        return Encoding.UTF8.GetBytes(field.Append("\r\n").ToString());
    }

    // A long list of names is cut at its colons.
    private static IEnumerable<string> Pieces(string tag) =>
        tag.Length <= FoldAt - 10 || !tag.StartsWith("h=", StringComparison.Ordinal)
            ? [tag]
            : tag.Split(':').Chunk(4).Select(static (names, i) => (i == 0 ? string.Empty : ":") + string.Join(':', names));
}
