using System.Text.RegularExpressions;

namespace EmailRouting.Activity;

/// <summary>What refusals are grouped by: the reply code and the enhanced status code (RFC 3463), without the words.</summary>
internal static partial class ReplyReason
{
    /// <summary><c>550 5.1.1</c>, <c>550</c>; null where the text is no refusal.</summary>
    public static string? Of(string reply) => Pattern().Match(reply) is { Success: true } match ? match.Value : null;

    [GeneratedRegex(@"^[45][0-9]{2}(?= |$)(?: [45]\.[0-9]{1,3}\.[0-9]{1,3}(?= |$))?", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
