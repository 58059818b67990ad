namespace EmailRouting.Server.Tests.Harness;

/// <summary>RFC 5321 §4.5.2, written once more and as plainly as can be, so that it is not the code under test.</summary>
internal static class Stuffing
{
    /// <summary>The octets of a message as they go over the wire, with the line that ends it.</summary>
    public static byte[] Wire(ReadOnlySpan<byte> content)
    {
        var wire = new MemoryStream(content.Length + 16);
        bool atLineStart = true;
        foreach (byte octet in content)
        {
            if (atLineStart && octet == '.')
            {
                wire.WriteByte((byte)'.');
            }

            wire.WriteByte(octet);
            atLineStart = octet == '\n';
        }

        wire.Write(".\r\n"u8);
        return wire.ToArray();
    }
}
