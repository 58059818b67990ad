using System.Text.RegularExpressions;

namespace EmailRouting.Web.Replies;

/// <summary>What the server of an inbox meant. Its words go first: providers use one status for many things, and say in words which of them it is.</summary>
internal static partial class DestinationReplies
{
    public static Meaning Meaning(bool isPermanent, string detail, string words) => ByWords(isPermanent, words) ?? ByStatus(detail) ?? ByClass(isPermanent, detail);

    /// <param name="detail">Without the class, such as <c>1.1</c>.</param>
    public static Meaning? ByStatus(string detail) => detail switch
    {
        "1.1" or "1.6" or "2.4" => new Meaning(Texts.NoInboxSentence, Texts.NoInboxRemedy),
        "1.2" or "4.4" => new Meaning(Texts.NoDomainSentence, Texts.NoDomainRemedy),
        "1.3" => new Meaning(Texts.AddressSentence, Texts.NoInboxRemedy),
        "1.10" => new Meaning(Texts.NoMailSentence, Texts.NoMailRemedy),
        "2.1" => new Meaning(Texts.DisabledSentence, Texts.DisabledRemedy),
        "2.2" => new Meaning(Texts.FullSentence, Texts.FullRemedy),
        "2.3" or "3.4" => new Meaning(Texts.TooLargeSentence, Texts.TooLargeRemedy),
        "4.1" => new Meaning(Texts.NoAnswerSentence, Texts.NoAnswerRemedy),
        "4.2" => new Meaning(Texts.BrokenSentence, Texts.NothingToDo),
        "4.3" => new Meaning(Texts.NameServerSentence, Texts.NameServerRemedy),
        "4.5" => new Meaning(Texts.BusySentence, Texts.NothingToDo),
        "4.6" => new Meaning(Texts.LoopSentence, Texts.LoopRemedy),
        "4.7" => new Meaning(Texts.ExpiredSentence, Texts.ExpiredRemedy),
        "6.3" or "6.7" or "6.9" => new Meaning(Texts.EightBitSentence, Texts.EightBitRemedy),
        "7.4" or "7.5" or "7.10" => new Meaning(Texts.EncryptionSentence, Texts.EncryptionRemedy),

        // RFC 7372, and what Google and Microsoft make of it.
        "7.23" => new Meaning(Texts.SpfSentence, Texts.SpfRemedy),
        "7.25" => new Meaning(Texts.ReverseNameSentence, Texts.ReverseNameRemedy),
        "7.20" or "7.21" or "7.22" or "7.26" or "7.27" or "7.29" or "7.30" or "7.515" => new Meaning(Texts.UnauthenticatedSentence, Texts.UnauthenticatedRemedy),
        "7.28" or "7.500" or "7.650" or "7.651" or "7.652" => new Meaning(Texts.RateSentence, Texts.RateRemedy),
        "7.511" or "7.512" or "7.606" or "7.607" or "7.608" => new Meaning(Texts.MicrosoftSentence, Texts.MicrosoftRemedy),
        _ => null,
    };

    private static Meaning? ByWords(bool isPermanent, string words) => words switch
    {
        // Ours, where nobody else could say anything.
        _ when words.StartsWith("Nothing is sent to ", StringComparison.Ordinal) => new Meaning(Texts.PausedSentence, Texts.PausedRemedy),
        _ when SigningIn().IsMatch(words) => new Meaning(Texts.SignInSentence, Texts.SignInRemedy),

        _ when !isPermanent && Greylisting().IsMatch(words) => new Meaning(Texts.GreylistingSentence, Texts.GreylistingRemedy),
        _ when Microsoft().IsMatch(words) => new Meaning(Texts.MicrosoftSentence, Texts.MicrosoftRemedy),
        _ when Reverse().IsMatch(words) => new Meaning(Texts.ReverseNameSentence, Texts.ReverseNameRemedy),
        _ when Dmarc().IsMatch(words) => new Meaning(Texts.DmarcSentence, Texts.DmarcRemedy),
        _ when Unauthenticated().IsMatch(words) => new Meaning(Texts.UnauthenticatedSentence, Texts.UnauthenticatedRemedy),
        _ when Spf().IsMatch(words) => new Meaning(Texts.SpfSentence, Texts.SpfRemedy),
        _ when Full().IsMatch(words) => new Meaning(Texts.FullSentence, Texts.FullRemedy),
        _ when !isPermanent && Rate().IsMatch(words) => new Meaning(Texts.RateSentence, Texts.RateRemedy),
        _ when Listed().IsMatch(words) => new Meaning(Texts.ListedSentence, Texts.ListedRemedy),
        _ when Disabled().IsMatch(words) => new Meaning(Texts.DisabledSentence, Texts.DisabledRemedy),
        _ when isPermanent && Unknown().IsMatch(words) => new Meaning(Texts.NoInboxSentence, Texts.NoInboxRemedy),
        _ when Relaying().IsMatch(words) => new Meaning(Texts.RelayDeniedSentence, Texts.RelayDeniedRemedy),
        _ when Spam().IsMatch(words) => new Meaning(Texts.SpamSentence, Texts.SpamRemedy),
        _ => null,
    };

    private static Meaning ByClass(bool isPermanent, string detail) => (detail.Split('.')[0], isPermanent) switch
    {
        ("1", true) => new Meaning(Texts.AddressSentence, Texts.NoInboxRemedy),
        ("2", false) => new Meaning(Texts.MailboxLaterSentence, Texts.NothingToDo),
        ("3", false) => new Meaning(Texts.SystemLaterSentence, Texts.NothingToDo),
        ("4", false) => new Meaning(Texts.NoAnswerSentence, Texts.NoAnswerRemedy),
        ("7", true) => new Meaning(Texts.PolicySentence, Texts.PolicyRemedy),
        (_, true) => new Meaning(Texts.RefusedSentence, Texts.RefusedRemedy),
        _ => new Meaning(Texts.LaterSentence, Texts.NothingToDo),
    };

    [GeneratedRegex(@"^Signing in |common way to sign in|password is not sent|authentication (failed|required)|username and password", RegexOptions.IgnoreCase)]
    private static partial Regex SigningIn();

    [GeneratedRegex(@"gr[ea]y.?list", RegexOptions.IgnoreCase)]
    private static partial Regex Greylisting();

    // The S numbers are those of outlook.com, the form is that of Microsoft 365.
    [GeneratedRegex(@"\bS3(140|150)\b|sender\.office\.com|delist@", RegexOptions.IgnoreCase)]
    private static partial Regex Microsoft();

    [GeneratedRegex(@"\bPTR\b|\breverse (dns|name|hostname|lookup)|\brDNS\b|cannot find your (reverse )?hostname", RegexOptions.IgnoreCase)]
    private static partial Regex Reverse();

    [GeneratedRegex(@"\bDMARC\b", RegexOptions.IgnoreCase)]
    private static partial Regex Dmarc();

    [GeneratedRegex(@"unauthenticated|not authenticated|requires all senders to authenticate|(dkim|spf).{0,40}(dkim|spf)", RegexOptions.IgnoreCase)]
    private static partial Regex Unauthenticated();

    [GeneratedRegex(@"\bSPF\b|openspf", RegexOptions.IgnoreCase)]
    private static partial Regex Spf();

    [GeneratedRegex(@"over.?quota|quota (is )?exceeded|exceed(s|ed)? .{0,20}quota|(mailbox|inbox|account)( \S+){0,2} (is )?(full|out of storage)|insufficient .{0,20}mailbox", RegexOptions.IgnoreCase)]
    private static partial Regex Full();

    [GeneratedRegex(@"rate.?limit|unusual rate|throttl|too (many|much|fast)|unexpected volume|user complaints|\bTSS0", RegexOptions.IgnoreCase)]
    private static partial Regex Rate();

    [GeneratedRegex(
        @"block.?list|black.?list|deny.?list|\bdnsbl\b|\brbl\b|spamhaus|spamcop|barracuda|sorbs|\bblocked (using|by)\b|\blisted (at|by|in|on)\b|\b(ip|address|host|server|network)\b.{0,60}\bblocked\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Listed();

    [GeneratedRegex(@"(account|mailbox|user|inbox).{0,40}(disabled|inactive|suspended|deactivated)", RegexOptions.IgnoreCase)]
    private static partial Regex Disabled();

    [GeneratedRegex(
        @"no such (user|mailbox|recipient|address)|(user|recipient|mailbox|account)( \S+)?( is)? (unknown|not found|unavailable)|(unknown|invalid) (user|recipient|mailbox)|recipient address rejected: access denied|does(n't| not) (exist|have an account)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"relay(ing)?\b.{0,30}(denied|not permitted|not allowed|prohibited)|not permitted to relay|unable to relay", RegexOptions.IgnoreCase)]
    private static partial Regex Relaying();

    [GeneratedRegex(@"\bspam\b|unsolicited|\bjunk\b|content (was )?reject", RegexOptions.IgnoreCase)]
    private static partial Regex Spam();
}
