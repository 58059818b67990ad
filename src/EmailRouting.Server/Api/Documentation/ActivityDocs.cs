using System.Text.Json;
using EmailRouting.Activity;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>What happened is found below the account and below each zone: the same operations, under names of their own.</summary>
/// <param name="of">Of the operation ids; empty below the account.</param>
internal sealed class ActivityDocs(string of)
{
    private const string Digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private static readonly ActivityRecipient Recipient = new("hello@example.com", "forward", Example.Id(Example.RuleId), "250 2.1.5 Recipient OK");

    private static readonly ActivityReception Received = new(
        Example.At,
        "192.0.2.10",
        "mail.there.example",
        "Tls13 TLS_AES_256_GCM_SHA384",
        "sender@there.example",
        [Recipient],
        Size: 2310,
        Digest,
        "delivered",
        $"250 2.0.0 OK {Example.MessageId}",
        ElapsedMs: 412.5)
    {
        Checks =
        [
            new CheckRecord("spf", "pass", "there.example", "ip4:192.0.2.0/24", "off"),
            new CheckRecord("dkim", "pass", "there.example", string.Empty, "off"),
            new CheckRecord("dmarc", "pass", "there.example", string.Empty, "off"),
        ],
    };

    private static readonly ActivityAttempt Attempt = new(
        1,
        Example.At.AddMilliseconds(120),
        "delivered",
        Example.Inbox,
        ["hello@example.com"],
        "mx.inbox.example",
        "198.51.100.25:25",
        "Tls13 TLS_AES_256_GCM_SHA384",
        "250 2.0.0 queued as 4f7c",
        Digest,
        ElapsedMs: 281.25,
        ReturnPath: null,
        Prepended: []);

    private static readonly QueryDoc Since = QueryDoc.Instant("since", "From then on. A time such as `2026-03-01T12:00:00Z`, or a date.");
    private static readonly QueryDoc Until = QueryDoc.Instant("until", "Before then. A time such as `2026-03-01T12:00:00Z`, or a date.");

    private readonly string _place = of.Length == 0 ? "Below the account it is all mail that the token reaches." : "Below a zone it is what concerns the addresses of that domain and its subdomains.";

    public OperationDoc List => new(
        $"List{of}Activity",
        ApiTag.Activity,
        "List messages and what became of them, the newest first",
        $"One entry for each message, refused ones too. {_place} Mail comes in meanwhile, so the list goes on from a cursor.",
        AnswerDoc.List<ActivityItem>(
            [new ActivityItem(
                Example.MessageId, Received.At, MessageStatus.Forwarded, Received.Sender, [Recipient], Received.Size, Received.Client, Received.ClientName, Attempt.Reply, Attempts: 1)],
            new CursorFacts(1, Paging.DefaultPerPage, null, null)))
    {
        Query =
        [
            Since,
            Until,
            QueryDoc.Word("status", "Only what became that.", null, [.. MessageStatusWord.All]),
            QueryDoc.Text("address", "Only what was sent to this address of ours."),
            QueryDoc.Text("address_contains", "Only what was sent to an address of ours that has this in it."),
            QueryDoc.Text("sender", "Only what came from this envelope sender; `<>` is mail without one."),
            QueryDoc.Text("sender_domain", "Only what came from envelope senders of this domain."),
            QueryDoc.Id("rule_id", "Only what this rule decided."),
            QueryDoc.Text("message_id", "Only this message: the id in our `250`."),
            QueryDoc.Text("text", "Only what has this in its sender, addresses, destinations, client's name or replies."),
            QueryDoc.PerPage,
            QueryDoc.Text("cursor", "Go on from here: `next_cursor` of the answer before."),
        ],
    };

    public OperationDoc Get => new(
        $"Get{of}Activity",
        ApiTag.Activity,
        "Get one message: how it came in, and every attempt to hand it on",
        "With the exact words of both sides. `unchanged` compares the digest of what came in with that of what went out. `checks` says what was found out about who it is from, in the order of the checks, and what came of it. A message of which nothing is written yet is not found; that takes a moment.",
        AnswerDoc.Of(new ActivityMessage(Example.MessageId, MessageStatus.Forwarded, Unchanged: true, Received, [Attempt])))
    {
        Errors = [ApiErrors.Missing("message in the activity log: it is too old, or never was")],
    };

    public OperationDoc Stream => new(
        $"Stream{of}Activity",
        ApiTag.Activity,
        "Watch what happens as it happens",
        """
        Server-Sent Events, which end when the server stops. `received` and `attempt` carry what the other operations show; `heartbeat` comes at once and every 15 seconds;
        `dropped` says how many events were lost so far, because you have read too slowly.
        """,
        AnswerDoc.Raw("text/event-stream", $"event: heartbeat\ndata: \n\nevent: attempt\ndata: {JsonSerializer.Serialize(new ActivityEvent(Example.MessageId, null, null, Attempt), Envelope.Json)}\n\n"))
    {
        Errors = [ApiErrors.NotNow("100 streams are open already; close one of them")],
    };

    public OperationDoc Analytics => new(
        $"Get{of}Analytics",
        ApiTag.Activity,
        "Count messages by interval and status",
        $"And the busiest addresses, and the most frequent reasons for refusals. {_place} The last 24 hours unless told; at most {ActivityAnalytics.MostBuckets} intervals.",
        AnswerDoc.Of(new AnalyticsResource(
            Example.At.AddDays(-1),
            Example.At,
            ActivityInterval.Hour,
            new Dictionary<string, long> { ["forwarded"] = 118, ["rejected"] = 7 },
            [new BucketResource(new DateTimeOffset(2026, 11, 25, 22, 0, 0, TimeSpan.Zero), new Dictionary<string, long> { ["forwarded"] = 9 })],
            [new AliasCount("hello@example.com", 96)],
            [new RefusalCount("550 5.1.1", 7)])))
    {
        Query = [Since, Until, QueryDoc.Word("interval", "How finely.", "hour", "minute", "five_minutes", "hour", "day")],
    };
}
