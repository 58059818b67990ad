using System.Buffers;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>How much a signature lets a message change on its way (RFC 6376 §3.4).</summary>
internal enum Canonicalization
{
    Simple,
    Relaxed,
}

/// <summary>Fields in the form that is signed.</summary>
internal static class FieldCanonicalization
{
    /// <summary>Writes one field, ended with CR LF.</summary>
    /// <param name="field">As it came, name and colon included.</param>
    /// <param name="how">RFC 6376 §3.4.1 or §3.4.2.</param>
    /// <param name="output">Takes the octets.</param>
    public static void Write(ReadOnlySpan<byte> field, Canonicalization how, IBufferWriter<byte> output)
    {
        if (how == Canonicalization.Relaxed)
        {
            WriteRelaxed(field, output);
            return;
        }

        output.Write(field);
        if (!field.EndsWith("\r\n"u8))
        {
            output.Write("\r\n"u8);
        }
    }

    private static void WriteRelaxed(ReadOnlySpan<byte> field, IBufferWriter<byte> output)
    {
        // It can only become shorter, but for the line end that the last field of a message may lack.
        Span<byte> space = output.GetSpan(field.Length + 2);
        int colon = field.IndexOf((byte)':');
        int written = 0;
        foreach (byte octet in field[..colon].TrimEnd(" \t"u8))
        {
            space[written++] = octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;
        }

        space[written++] = (byte)':';
        bool isFirst = true;
        bool gap = false;
        ReadOnlySpan<byte> rest = field[(colon + 1)..];
        while (!rest.IsEmpty)
        {
            int run = rest.IndexOfAny(" \t\r\n"u8);
            run = run < 0 ? rest.Length : run;
            if (run == 0)
            {
                // Line ends of a fold vanish, the white space round them is one space.
                gap |= rest[0] is (byte)' ' or (byte)'\t';
                rest = rest[1..];
                continue;
            }

            if (gap && !isFirst)
            {
                space[written++] = (byte)' ';
            }

            rest[..run].CopyTo(space[written..]);
            written += run;
            rest = rest[run..];
            (gap, isFirst) = (false, false);
        }

        "\r\n"u8.CopyTo(space[written..]);
        output.Advance(written + 2);
    }
}
