using System.Collections.Immutable;
using EmailRouting.Activity;
using EmailRouting.Mail;

namespace EmailRouting.Tests.Activity;

/// <summary>Records with what a test does not care about filled in.</summary>
internal static class Records
{
    public static readonly byte[] Digest = [.. Enumerable.Repeat((byte)7, 32)];

    private static long _made;

    /// <summary>A new id of that instant. <see cref="MailId.New"/> never goes back behind one that another test has made.</summary>
    public static MailId Id(DateTimeOffset? at = null) => new(MailId.FirstAt(at ?? ActivityOnDisk.Noon).Value + Interlocked.Increment(ref _made));

    public static MessageRecord Received(
        MailId id, string result, string alias = "alias@ours.test", DateTimeOffset? at = null, string sender = "sender@there.example", int owed = 1) =>
        Received(id, result, [Forward(alias)], at, sender, owed);

    public static MessageRecord Received(
        MailId id, string result, ImmutableArray<RecipientRecord> recipients, DateTimeOffset? at = null, string sender = "sender@there.example", int owed = 1) => new(
        id,
        at ?? ActivityOnDisk.Noon,
        "192.0.2.1",
        "client.there.example",
        "",
        sender,
        recipients,
        1000,
        Digest,
        result,
        result switch
        {
            "refused" => "550 5.7.1 The recipient's host refused the message by its policy",
            "deferred" => "451 4.3.0 The message could not be stored; try again later",
            "abandoned" => "the connection ended",
            _ => $"250 2.0.0 OK {id}",
        },
        owed,
        TimeSpan.FromMilliseconds(12));

    public static RecipientRecord Forward(string alias, Guid? rule = null) => new(alias, "forward", rule, "250 2.1.5 Recipient OK");

    public static RecipientRecord Drop(string alias) => new(alias, "drop", Guid.NewGuid(), "250 2.1.5 Recipient OK");

    public static RecipientRecord Refuse(string alias, string reply = "550 5.1.1 No such mailbox") => new(alias, "refuse", null, reply);

    public static AttemptRecord Attempt(
        MailId id, string result, string destination = "inbox@far.example", string aliases = "alias@ours.test", string? reply = null, int number = 1) => new(
        id,
        ActivityOnDisk.Noon,
        result is "bounced" or "failed" or "dropped" or "redirected" ? 0 : number,
        destination,
        aliases,
        result,
        "mx.far.example",
        "198.51.100.1:25",
        "TLS1.3 TLS_AES_256_GCM_SHA384",
        reply ?? (result == "delivered" ? "250 2.0.0 Ok: queued as 4XyZ12" : "450 4.2.0 Not now"),
        result == "delivered" ? Digest : null,
        TimeSpan.FromMilliseconds(34));
}
