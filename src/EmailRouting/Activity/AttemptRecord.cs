using EmailRouting.Mail;

namespace EmailRouting.Activity;

/// <summary>One attempt on the way out, or the end of a delivery that was not an attempt (bounced, failed, dropped by the operator, redirected).</summary>
/// <param name="MessageId">The message.</param>
/// <param name="At">When the attempt began.</param>
/// <param name="Number">1 for the first.</param>
/// <param name="Destination">The inbox.</param>
/// <param name="Aliases">For whom, separated by a space.</param>
/// <param name="Result"><c>delivered refused deferred bounced failed dropped redirected</c>; the last means that another destination takes its place.</param>
/// <param name="Host">That gave the verdict; empty where none was reached.</param>
/// <param name="Address">Its IP address and port.</param>
/// <param name="Tls">Protocol and cipher; empty in clear text.</param>
/// <param name="Reply">The remote's exact words.</param>
/// <param name="Sha256">Digest of the message on the way out, what stood in front of it not among it; null where it was not sent whole.</param>
/// <param name="Elapsed">Duration of the attempt.</param>
public sealed record AttemptRecord(
    MailId MessageId,
    DateTimeOffset At,
    int Number,
    string Destination,
    string Aliases,
    string Result,
    string Host,
    string Address,
    string Tls,
    string Reply,
    byte[]? Sha256,
    TimeSpan Elapsed) : ActivityRecord
{
    /// <summary>The sender that the copy went out with, where the domain's profile had it rewritten; null: as it came.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>Names of the fields that were put in front of the message, from the top, separated by a space; null where nothing was.</summary>
    public string? Prepended { get; init; }

    /// <summary>The end of a delivery that was not an attempt.</summary>
    public static AttemptRecord Ended(MailId id, DateTimeOffset at, Target target, string end, string reason) =>
        new(id, at, 0, target.Destination.Text, AliasesOf(target), end, "", "", "", reason, null, TimeSpan.Zero);

    public static string AliasesOf(Target target) =>
        target.Aliases.Length == 1 ? target.Aliases[0].Alias.Text : string.Join(' ', target.Aliases.Select(a => a.Alias.Text));
}
