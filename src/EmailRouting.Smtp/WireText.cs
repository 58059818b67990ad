using System.Text;
using System.Text.Unicode;

namespace EmailRouting.Smtp;

/// <summary>Free text off the wire: UTF-8 where it is, Latin-1 where it is not, so that every byte shows as something.</summary>
internal static class WireText
{
    public static string Read(ReadOnlySpan<byte> bytes) => (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
}
