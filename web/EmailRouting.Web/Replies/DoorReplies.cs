namespace EmailRouting.Web.Replies;

/// <summary>What our own replies mean to the owner of this server: they were written for the sender.</summary>
internal static class DoorReplies
{
    public static Meaning Meaning(bool isPermanent, string detail, string words) => (detail, isPermanent) switch
    {
        // Offered to the inbox while the sender waited: its refusal, in words of ours (promise 3).
        _ when words.StartsWith("The recipient", StringComparison.Ordinal) || words.StartsWith("The address was", StringComparison.Ordinal) =>
            DestinationReplies.ByStatus(detail) ?? new Meaning(Texts.RefusedSentence, Texts.RefusedRemedy),

        ("1.1", true) => new Meaning(Texts.NobodySentence, Texts.NobodyRemedy),
        ("7.1", true) when words.StartsWith("Relaying", StringComparison.Ordinal) => new Meaning(Texts.RelaySentence, Texts.RelayRemedy),
        ("7.1", true) when words.StartsWith("Mail from", StringComparison.Ordinal) || words.Contains("block list", StringComparison.Ordinal) =>
            new Meaning(Texts.SenderListSentence, Texts.SenderListRemedy),
        ("7.1", true) when words.Contains("spam", StringComparison.Ordinal) || words.Contains("From field", StringComparison.Ordinal) =>
            new Meaning(Texts.SenderChecksSentence, Texts.SenderChecksRemedy),
        ("7.1", false) when words.Contains("new here", StringComparison.Ordinal) => new Meaning(Texts.StrangerSentence, Texts.StrangerRemedy),
        ("7.1", false) => new Meaning(Texts.LimitSentence, Texts.LimitRemedy),
        ("7.20" or "7.23" or "7.24" or "7.26", _) => new Meaning(Texts.SenderChecksSentence, Texts.SenderChecksRemedy),
        ("1.8" or "7.27", _) => new Meaning(Texts.SenderDomainSentence, Texts.SenderChecksRemedy),
        ("7.0", false) => new Meaning(Texts.LimitSentence, Texts.LimitRemedy),
        ("3.5", _) => new Meaning(Texts.NoContactSentence, Texts.NoContactRemedy),
        ("3.0", false) => new Meaning(Texts.StorageSentence, Texts.StorageRemedy),
        ("3.1", false) when words.StartsWith("Too much", StringComparison.Ordinal) => new Meaning(Texts.PressureSentence, Texts.PressureRemedy),
        ("3.1", false) => new Meaning(Texts.StorageSentence, Texts.StorageRemedy),
        ("3.2", false) => new Meaning(Texts.PressureSentence, Texts.PressureRemedy),
        ("5.3", false) => new Meaning(Texts.ManyRecipientsSentence, Texts.PressureRemedy),
        ("3.4", true) => new Meaning(Texts.SizeSentence, Texts.SizeRemedy),
        ("4.6", _) => new Meaning(Texts.LoopSentence, Texts.LoopRemedy),
        ("4.2", false) => new Meaning(Texts.SilenceSentence, Texts.SilenceRemedy),
        ("5.2" or "6.0", true) when words.Contains("message", StringComparison.Ordinal) => new Meaning(Texts.LineEndsSentence, Texts.LineEndsRemedy),
        ("5.1" or "5.2" or "5.4" or "6.7", true) => new Meaning(Texts.CommandSentence, Texts.LineEndsRemedy),
        _ => new Meaning(isPermanent ? Texts.DoorSentence : Texts.DoorLaterSentence, isPermanent ? Texts.RuleRemedy : Texts.PressureRemedy),
    };
}
