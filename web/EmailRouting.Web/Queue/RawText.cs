using System.Text;

namespace EmailRouting.Web.Queue;

/// <summary>The beginning of a message as inert text.</summary>
/// <param name="Text">UTF-8 where it is that, else octet by octet; without control characters, which a terminal or a page might obey.</param>
/// <param name="Length">Of the whole message, in octets.</param>
/// <param name="IsCut">There is more of it.</param>
internal sealed record RawText(string Text, long Length, bool IsCut)
{
    /// <summary>Octets that are shown.</summary>
    public const int Most = 256 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static async Task<RawText> ReadAsync(Stream content, CancellationToken cancellation)
    {
        byte[] octets = new byte[Most];
        int count = await content.ReadAtLeastAsync(octets, Most, throwOnEndOfStream: false, cancellation);
        bool isCut = content.Length > count;

        // A character that the cut has halved is no sign of another encoding.
        int whole = count;
        while (isCut && whole > count - 4 && (octets[whole - 1] & 0xC0) == 0x80)
        {
            whole--;
        }

        string text = Decode(octets.AsSpan(0, isCut && octets[whole - 1] >= 0xC0 ? whole - 1 : count));
        return new RawText(string.Create(text.Length, text, static (shown, text) =>
        {
            for (int i = 0; i < shown.Length; i++)
            {
                shown[i] = char.IsControl(text[i]) && text[i] is not ('\r' or '\n' or '\t') ? '�' : text[i];
            }
        }), content.Length, isCut);
    }

    private static string Decode(ReadOnlySpan<byte> octets)
    {
        try
        {
            return Strict.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(octets);
        }
    }
}
