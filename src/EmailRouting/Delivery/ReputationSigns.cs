using System.Text.RegularExpressions;
using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>Reads out of a reply what it says of our reputation.</summary>
/// <remarks>
/// No standard has a code for it. 421, 4.7.x and 5.7.x are where a reply may be about us, and providers' own numbers or words tell that it is. Greylisting says 4.7.1
/// too, and means no more than its minutes; a mailbox that receives too much says so with 4.2.x, and is nobody's fault.
/// </remarks>
internal static partial class ReputationSigns
{
    public static ReputationSign Of(SmtpReply reply)
    {
        string text = string.Join(' ', reply.Lines);
        bool isPolicy = reply.Status.Length == 0 || reply.Status.AsSpan(1).StartsWith(".7.");
        return reply.IsTransientFailure && (isPolicy || reply.EndsSession) && !Greylisting().IsMatch(text) && (IsRateStatus(reply.Status) || Rate().IsMatch(text))
                ? ReputationSign.Slower
            : reply.IsPermanentFailure && isPolicy && (IsBlockStatus(reply.Status) || Block().IsMatch(text)) ? ReputationSign.Blocked
            : ReputationSign.None;
    }

    // Numbers that need no words: Google's for an unusual rate, Microsoft's for an address that sends too much or is not known well enough.
    private static bool IsRateStatus(string status) => status is "4.7.28" or "4.7.500" or "4.7.650" or "4.7.651" or "4.7.652";

    // Microsoft's, for an address on its list.
    private static bool IsBlockStatus(string status) => status is "5.7.511" or "5.7.512" or "5.7.606" or "5.7.607" or "5.7.608";

    [GeneratedRegex(@"gr[ea]y.?list", RegexOptions.IgnoreCase)]
    private static partial Regex Greylisting();

    [GeneratedRegex(
        @"reputation|rate.?limit|unusual rate|throttl|too (many|much|fast)|unexpected volume|user complaints|unsolicited|block.?list|black.?list|\bdnsbl\b|\brbl\b|spamhaus|\b(ip|address|host|server|network)\b.{0,60}\bblocked\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Rate();

    [GeneratedRegex(
        @"reputation|block.?list|black.?list|\bdnsbl\b|\brbl\b|spamhaus|spamcop|barracuda|sorbs|\bblocked (using|by)\b|\blisted (at|by|in|on)\b|\bbanned\b|\b(ip|address|host|server|network)\b.{0,60}\bblocked\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Block();
}
