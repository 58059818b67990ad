using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>The digest that a signature is over: the fields it names, and itself (RFC 6376 §3.7).</summary>
internal static class SignedDigest
{
    private const int LargestKept = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _signed;

    /// <param name="header">The header that the signature stands in.</param>
    /// <param name="signature">One of its fields.</param>
    public static byte[] Of(MessageHeader header, SignatureField signature)
    {
        ArrayBufferWriter<byte> signed = _signed ?? new ArrayBufferWriter<byte>(4096);
        signed.ResetWrittenCount();
        WriteNamed(header, signature.Names, signature.HeaderForm, signed);
        WriteItself(header, signature.Field, signature.SignatureRange, signature.HeaderForm, signed);
        _signed = signed.Capacity <= LargestKept ? signed : null;
        return SHA256.HashData(signed.WrittenSpan);
    }

    /// <summary>Fields in the order they are named in; of several with one name the lowest first (§5.4.2). One that is not there is nothing.</summary>
    public static void WriteNamed(MessageHeader header, ImmutableArray<string> names, Canonicalization form, IBufferWriter<byte> output)
    {
        var next = new Dictionary<string, int>();
        foreach (string name in names)
        {
            int index = next.TryGetValue(name, out int after) ? after - 1 : header.Fields.Length - 1;
            while (index >= 0 && (header.Fields[index].Name != name || name.Length == 0))
            {
                index--;
            }

            next[name] = Math.Max(index, 0);
            if (index >= 0)
            {
                FieldCanonicalization.Write(header.Octets(header.Fields[index]), form, output);
            }
        }
    }

    /// <summary>A field of signatures with the value of its <c>b=</c> taken out, and no line end behind it.</summary>
    public static void WriteItself(MessageHeader header, MessageField field, Range signature, Canonicalization form, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> octets = header.Octets(field);
        int value = field.Colon + 1;
        byte[] unsigned = [.. octets[..(value + signature.Start.Value)], .. octets[(value + signature.End.Value)..]];
        var itself = new ArrayBufferWriter<byte>(unsigned.Length + 2);
        FieldCanonicalization.Write(unsigned, form, itself);
        output.Write(itself.WrittenSpan[..^2]);
    }
}
