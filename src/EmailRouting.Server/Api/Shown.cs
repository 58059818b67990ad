using EmailRouting.Smtp;

namespace EmailRouting.Server.Api;

/// <summary>Outside text as an error message may quote it: one line, and not all ten thousand characters of it.</summary>
internal static class Shown
{
    private const int MaxLength = 100;

    public static string Text(string text) => text.Length <= MaxLength ? Printable.Line(text) : $"{Printable.Line(text[..MaxLength])}…";
}
