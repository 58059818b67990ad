using System.Text.RegularExpressions;

namespace EmailRouting.Web.Replies;

/// <summary>Says in words what a refusal means and what to do about it: by the well-known texts of providers first, then by enhanced status code (RFC 3463), then by reply code.</summary>
public static partial class ReplyMeaning
{
    /// <param name="reply">Such as <c>550 5.1.1 No such user</c>; a code alone will do.</param>
    /// <param name="side">Who said it.</param>
    /// <returns>Null where it is no refusal.</returns>
    public static Meaning? Of(string reply, ReplySide side)
    {
        Match match = Pattern().Match(reply);
        if (!match.Success)
        {
            // The log says in our words why a transaction ended without a reply.
            return side == ReplySide.Door && reply.Length > 0 && !char.IsAsciiDigit(reply[0]) ? new Meaning(Texts.GoneSentence, Texts.GoneRemedy) : null;
        }

        bool isPermanent = match.Groups["code"].ValueSpan[0] == '5';

        // The class says no more than the code does; the rest of the status says what it is about.
        string detail = match.Groups["status"].Success ? match.Groups["status"].Value[2..] : string.Empty;
        string words = match.Groups["words"].Value;
        return side switch
        {
            ReplySide.Door => DoorReplies.Meaning(isPermanent, detail, words),
            ReplySide.Destination => DestinationReplies.Meaning(isPermanent, detail, words),
            _ => Either(isPermanent, detail),
        };
    }

    /// <summary>Where both may have said it, as far as it means the same.</summary>
    private static Meaning Either(bool isPermanent, string detail) => detail switch
    {
        "1.1" => new Meaning(Texts.NobodyEitherSentence, Texts.NobodyEitherRemedy),
        "7.1" or "7.0" when isPermanent => new Meaning(Texts.PolicyEitherSentence, Texts.PolicyEitherRemedy),
        "5.2" when isPermanent => new Meaning(Texts.LineEndsSentence, Texts.LineEndsRemedy),
        "3.5" => new Meaning(Texts.NoContactSentence, Texts.NoContactRemedy),
        "3.0" or "3.1" when !isPermanent => new Meaning(Texts.StorageSentence, Texts.StorageRemedy),
        "5.3" when !isPermanent => new Meaning(Texts.ManyRecipientsSentence, Texts.NothingToDo),
        "1.8" or "7.27" => new Meaning(Texts.SenderDomainSentence, Texts.SenderChecksRemedy),
        _ when DestinationReplies.ByStatus(detail) is { } known => known,
        _ => new Meaning(isPermanent ? Texts.OtherEitherSentence : Texts.OtherEitherLaterSentence, Texts.OtherEitherRemedy),
    };

    [GeneratedRegex(@"^(?<code>[45][0-9]{2})(?:[ -]#?(?<status>[45]\.[0-9]{1,3}\.[0-9]{1,3}))?(?:[ -](?<words>.*))?$", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
