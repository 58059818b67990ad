using EmailRouting.Activity;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>A message in the list of what happened.</summary>
/// <param name="Id">As in our 250 and in the log.</param>
/// <param name="At">When MAIL FROM came.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Sender">Null is the null reverse-path.</param>
/// <param name="Recipients">All that were named, the refused ones too.</param>
/// <param name="Size">Octets; 0 where no message came.</param>
/// <param name="Client">IP address.</param>
/// <param name="ClientName">As given in HELO or EHLO: anybody's words.</param>
/// <param name="Reply">What explains the status, shortened.</param>
/// <param name="Attempts">Made so far, to all destinations.</param>
internal sealed record ActivityItem(
    string Id,
    DateTimeOffset At,
    MessageStatus Status,
    string? Sender,
    IReadOnlyList<ActivityRecipient> Recipients,
    long Size,
    string Client,
    string ClientName,
    string Reply,
    int Attempts)
{
    public static ActivityItem Of(ActivityEntry entry) => new(
        entry.Id.ToString(),
        entry.At,
        entry.Status,
        ActivityReception.SenderOf(entry.Sender),
        [.. entry.Recipients.Select(ActivityRecipient.Of)],
        entry.Size,
        entry.Client,
        entry.ClientName,
        entry.Reply,
        entry.Attempts);
}

/// <param name="Address">The alias.</param>
/// <param name="Decision"><c>forward</c>, <c>drop</c> or <c>refuse</c>.</param>
/// <param name="RuleId">The rule that decided; null where none did.</param>
/// <param name="Reply">To RCPT TO.</param>
internal sealed record ActivityRecipient(string Address, string Decision, Guid? RuleId, string Reply)
{
    public static ActivityRecipient Of(RecipientRecord recipient) => new(recipient.Alias, recipient.Decision, recipient.RuleId, recipient.Reply);
}

/// <summary>One message with both its ways.</summary>
/// <param name="Id">As in our 250 and in the log.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Unchanged">Whether the digest on the way in is that on the way out; null where there is nothing to compare.</param>
/// <param name="Received">The way in.</param>
/// <param name="Attempts">The ways out, the oldest first.</param>
internal sealed record ActivityMessage(string Id, MessageStatus Status, bool? Unchanged, ActivityReception Received, IReadOnlyList<ActivityAttempt> Attempts)
{
    public static ActivityMessage Of(ActivityStory story) => new(
        story.Received.Id.ToString(), story.Status, story.IsUnchanged, ActivityReception.Of(story.Received), [.. story.Attempts.Select(ActivityAttempt.Of)]);
}

/// <param name="At">When MAIL FROM came.</param>
/// <param name="Client">IP address.</param>
/// <param name="ClientName">As given in HELO or EHLO: anybody's words.</param>
/// <param name="Tls">Protocol and cipher; null in clear text.</param>
/// <param name="Sender">Null is the null reverse-path.</param>
/// <param name="Recipients">All that were named, the refused ones too.</param>
/// <param name="Size">Octets; 0 where no message came.</param>
/// <param name="Sha256">Null where no message came or it was not kept.</param>
/// <param name="Result">Of the transaction, in one word.</param>
/// <param name="Reply">To the final dot, or what ended the transaction before it.</param>
/// <param name="ElapsedMs">Milliseconds from MAIL FROM to that reply.</param>
internal sealed record ActivityReception(
    DateTimeOffset At,
    string Client,
    string ClientName,
    string? Tls,
    string? Sender,
    IReadOnlyList<ActivityRecipient> Recipients,
    long Size,
    string? Sha256,
    string Result,
    string Reply,
    double ElapsedMs)
{
    /// <summary>What was found out about who it is from, in the order of the checks.</summary>
    public IReadOnlyList<CheckRecord> Checks { get; init; } = [];

    /// <summary>Whether the destination will be able to authenticate it; null where nobody looked, or nothing was forwarded.</summary>
    public ForecastResource? Forecast { get; init; }

    public static ActivityReception Of(MessageRecord message) => new(
        message.At,
        message.Client,
        message.ClientName,
        ActivityAttempt.TextOrNull(message.Tls),
        SenderOf(message.Sender),
        [.. message.Recipients.Select(ActivityRecipient.Of)],
        message.Size,
        ActivityAttempt.Hex(message.Sha256),
        message.Result,
        message.Reply,
        message.Elapsed.TotalMilliseconds)
    {
        Checks = [.. message.Checks.Where(static check => check.Check != CheckRecord.Forecast)],
        Forecast = message.Forecast is { } forecast ? new ForecastResource(forecast.Result, forecast.Reason) : null,
    };

    public static string? SenderOf(string text) => text == "<>" ? null : text;
}

/// <param name="Number">1 for the first; 0 for an end that was no attempt.</param>
/// <param name="At">When it began.</param>
/// <param name="Result"><c>delivered</c>, <c>refused</c>, <c>deferred</c>; <c>bounced</c>, <c>failed</c>, <c>dropped</c>, <c>redirected</c>.</param>
/// <param name="Destination">The inbox.</param>
/// <param name="Recipients">The addresses that lead there.</param>
/// <param name="Host">That gave the verdict; null where none was reached.</param>
/// <param name="Address">Its IP address and port.</param>
/// <param name="Tls">Protocol and cipher; null in clear text.</param>
/// <param name="Reply">The remote's exact words.</param>
/// <param name="Sha256">Digest of the message as it was sent, what was put in front of it not among it; null where it was not sent whole.</param>
/// <param name="ElapsedMs">Milliseconds.</param>
/// <param name="ReturnPath">The sender that the copy went out with, where the profile of the domain has it rewritten; null: as it came.</param>
/// <param name="Prepended">The fields that were put in front of the message, from the top.</param>
internal sealed record ActivityAttempt(
    int Number,
    DateTimeOffset At,
    string Result,
    string Destination,
    IReadOnlyList<string> Recipients,
    string? Host,
    string? Address,
    string? Tls,
    string Reply,
    string? Sha256,
    double ElapsedMs,
    string? ReturnPath,
    IReadOnlyList<string> Prepended)
{
    public static ActivityAttempt Of(AttemptRecord attempt) => new(
        attempt.Number,
        attempt.At,
        attempt.Result,
        attempt.Destination,
        attempt.Aliases.Split(' '),
        TextOrNull(attempt.Host),
        TextOrNull(attempt.Address),
        TextOrNull(attempt.Tls),
        attempt.Reply,
        Hex(attempt.Sha256),
        attempt.Elapsed.TotalMilliseconds,
        attempt.ReturnPath,
        attempt.Prepended?.Split(' ') ?? []);

    public static string? TextOrNull(string text) => text.Length == 0 ? null : text;

    public static string? Hex(byte[]? digest) => digest is null ? null : Convert.ToHexStringLower(digest);
}

/// <summary>A message or an attempt as the stream has it.</summary>
/// <param name="Id">Of the message.</param>
/// <param name="Status">Of a message, as far as its transaction tells; null for an attempt.</param>
/// <param name="Received">Null for an attempt.</param>
/// <param name="Attempt">Null for a message.</param>
internal sealed record ActivityEvent(string Id, MessageStatus? Status, ActivityReception? Received, ActivityAttempt? Attempt)
{
    public static ActivityEvent Of(ActivityRecord record) => record switch
    {
        MessageRecord message => new ActivityEvent(message.Id.ToString(), message.Status, ActivityReception.Of(message), null),
        AttemptRecord attempt => new ActivityEvent(attempt.MessageId.ToString(), null, null, ActivityAttempt.Of(attempt)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
