using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

/// <summary>The list, its filters and its pages. The same is found whether the search index knows a message already or not.</summary>
public sealed class ActivityReaderTests
{
    private static readonly Guid Rule = Guid.NewGuid();

    public static TheoryData<string, ActivityFilter> Filters => new()
    {
        { "b", new ActivityFilter { Alias = "bob@ours.test" } },
        { "b", new ActivityFilter { Alias = "BOB@OURS.test" } },
        { "b", new ActivityFilter { Alias = "\"bob\"@ours.test" } },
        { "", new ActivityFilter { Alias = "bo@ours.test" } },
        { "c", new ActivityFilter { Alias = "info@xn--bcher-kva.test" } },
        { "c", new ActivityFilter { Alias = "info@bücher.test" } },
        { "ba", new ActivityFilter { Domains = ["ours.test"] } },
        { "dc", new ActivityFilter { Domains = ["xn--bcher-kva.test"] } },
        { "", new ActivityFilter { Domains = ["test"] } },
        { "dcba", new ActivityFilter { Domains = ["ours.test", "xn--bcher-kva.test", "nowhere.test"] } },
        { "c", new ActivityFilter { Domains = ["ours.test", "xn--bcher-kva.test"], Status = MessageStatus.Dropped } },
        { "", new ActivityFilter { Domains = [] } },
        { "b", new ActivityFilter { AliasContains = "OB@" } },
        { "a", new ActivityFilter { AliasContains = "%" } },
        { "a", new ActivityFilter { AliasContains = "_" } },
        { "d", new ActivityFilter { AliasContains = "\\" } },
        { "", new ActivityFilter { AliasContains = "' OR 1=1 --" } },
        { "b", new ActivityFilter { Sender = "Carol@Shop.example" } },
        { "", new ActivityFilter { Sender = "arol@shop.example" } },
        { "c", new ActivityFilter { Sender = "<>" } },
        { "ba", new ActivityFilter { SenderDomain = "shop.example" } },
        { "", new ActivityFilter { SenderDomain = "example" } },
        { "a", new ActivityFilter { Status = MessageStatus.Delayed } },
        { "b", new ActivityFilter { Status = MessageStatus.Forwarded } },
        { "d", new ActivityFilter { Status = MessageStatus.Rejected } },
        { "", new ActivityFilter { Status = MessageStatus.Failed } },
        { "b", new ActivityFilter { RuleId = Rule } },
        { "", new ActivityFilter { RuleId = Guid.NewGuid() } },
        { "b", new ActivityFilter { Text = "carol" } },
        { "b", new ActivityFilter { Text = "  CAR  " } },
        { "", new ActivityFilter { Text = "car carolx" } },
        { "", new ActivityFilter { Text = "arol" } },
        { "b", new ActivityFilter { Text = "carol@shop.example" } },
        { "ba", new ActivityFilter { Text = "shop.example" } },
        { "b", new ActivityFilter { Text = "4xyz" } },
        { "a", new ActivityFilter { Text = "greylisted" } },
        { "a", new ActivityFilter { Text = "second far" } },
        { "d", new ActivityFilter { Text = "mailbox" } },
        { "d", new ActivityFilter { Text = "550" } },
        { "dc", new ActivityFilter { Text = "bcher" } },
        { "dcba", new ActivityFilter { Text = "client.there.example" } },
        { "dcba", new ActivityFilter { Text = "192.0.2.1" } },
        { "", new ActivityFilter { Text = "192.0.2.2" } },
        { "", new ActivityFilter { Text = "%" } },
        { "", new ActivityFilter { Text = "" } },
        { "", new ActivityFilter { Text = "\" OR \"carol" } },
        { "", new ActivityFilter { Text = "carol* NOT NEAR(" } },
        { "", new ActivityFilter { Text = "\uE000t3" } },
        { "b", new ActivityFilter { Text = "carol\0shop" } },
        { "ba", new ActivityFilter { From = ActivityOnDisk.Noon.AddMinutes(1), Until = ActivityOnDisk.Noon.AddMinutes(3) } },
        { "dcb", new ActivityFilter { From = ActivityOnDisk.Noon.AddMinutes(2) } },
        { "a", new ActivityFilter { Until = ActivityOnDisk.Noon.AddMinutes(2) } },
        { "dcba", new ActivityFilter { From = DateTimeOffset.MinValue, Until = DateTimeOffset.MaxValue } },
        { "", new ActivityFilter { From = DateTimeOffset.MaxValue } },
        { "", new ActivityFilter { Until = DateTimeOffset.MinValue } },
        { "b", new ActivityFilter { Domains = ["ours.test"], Status = MessageStatus.Forwarded, SenderDomain = "shop.example", AliasContains = "bob", Text = "carol" } },
        { "", new ActivityFilter { Domains = ["ours.test"], Status = MessageStatus.Rejected } },
        { "", new ActivityFilter { Domains = ["ours.test"], AliasContains = "info" } },
        { "b", new ActivityFilter { Domains = ["ours.test"], AliasContains = "bob" } },
        { "b", new ActivityFilter { Domains = ["ours.test", "nowhere.test"], AliasContains = "bob", Text = "carol" } },
        { "", new ActivityFilter { Domains = ["ours.test"], AliasContains = "info", Text = "client" } },
        { "dcba", ActivityFilter.Everything },
    };

    [Theory, MemberData(nameof(Filters))]
    public async Task Each_filter_finds_what_it_says(string expected, ActivityFilter filter)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        Dictionary<MailId, char> names = await FillAsync(activity);

        string stale = Names(await activity.FindAsync(filter));
        await activity.IndexAsync();
        string indexed = Names(await activity.FindAsync(filter));

        Assert.Equal((expected, expected), (stale, indexed));

        string Names(MailId[] ids) => string.Concat(ids.Select(id => names[id]));
    }

    [Fact]
    public async Task A_message_is_found_by_its_id_and_then_by_nothing_that_it_is_not()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId b = (await FillAsync(activity)).Single(name => name.Value == 'b').Key;

        Assert.Equal([b], await activity.FindAsync(new ActivityFilter { MessageId = b }));
        Assert.Equal([b], await activity.FindAsync(new ActivityFilter { MessageId = b, Text = "carol" }));
        Assert.Empty(await activity.FindAsync(new ActivityFilter { MessageId = b, Text = "mallory" }));
        Assert.Empty(await activity.FindAsync(new ActivityFilter { MessageId = Id() }));
    }

    [Fact]
    public async Task What_happens_later_to_a_message_is_found_and_what_no_longer_holds_is_not()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId id = Id();
        await activity.WriteAsync(Received(id, "queued"), Attempt(id, "deferred", reply: "450 4.7.1 Greylisted"));
        await activity.IndexAsync();

        await activity.WriteAsync(Attempt(id, "delivered", reply: "250 2.0.0 Ok: queued as LATER99", number: 2));

        Assert.Equal([id], await activity.FindAsync(new ActivityFilter { Status = MessageStatus.Forwarded, Text = "later99" }));
        Assert.Empty(await activity.FindAsync(new ActivityFilter { Status = MessageStatus.Delayed }));
        await activity.IndexAsync();
        Assert.Equal([id], await activity.FindAsync(new ActivityFilter { Status = MessageStatus.Forwarded, Text = "later99" }));
        Assert.Empty(await activity.FindAsync(new ActivityFilter { Status = MessageStatus.Delayed }));
        Assert.Equal([id], await activity.FindAsync(new ActivityFilter { Text = "greylisted" }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sender")]
    public async Task Pages_follow_each_other_without_gap_or_repetition_while_mail_comes_in(string? text)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        List<MailId> before = [];
        for (int i = 0; i < 25; i++)
        {
            before.Add(Id(ActivityOnDisk.Noon.AddSeconds(i)));
            await activity.WriteAsync(Received(before[i], "delivered", at: ActivityOnDisk.Noon.AddSeconds(i)));
            if (i == 12)
            {
                await activity.IndexAsync();
            }
        }

        List<MailId> seen = [];
        MailId? next = null;
        int pages = 0;
        do
        {
            ActivityPage page = await activity.ListAsync(new ActivityFilter { Text = text }, next, limit: 7);
            seen.AddRange(page.Entries.Select(e => e.Id));
            next = page.Next;
            pages++;
            await activity.WriteAsync(Received(Id(ActivityOnDisk.Noon.AddHours(pages)), "delivered", at: ActivityOnDisk.Noon.AddHours(pages)));
            await activity.IndexAsync();
        }
        while (next is not null);

        Assert.Equal(4, pages);
        Assert.Equal(before.AsEnumerable().Reverse(), seen);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ours.test")]
    public async Task What_is_rare_and_old_is_found_behind_much_that_is_new(string? domain)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId rare = Id(), both = Id();
        await activity.WriteAsync(
            Received(rare, "delivered", "needle@ours.test", sender: "unusual@there.example"),
            Received(both, "delivered", [Forward("alias@ours.test"), Forward("needle@theirs.test")]));
        await activity.WriteAsync([.. Enumerable.Range(1, 2500).Select(i => Received(Id(ActivityOnDisk.Noon.AddSeconds(i)), "delivered", at: ActivityOnDisk.Noon.AddSeconds(i)))]);
        await activity.IndexAsync();
        string[]? domains = domain is null ? null : [domain];

        Assert.Equal([rare], await activity.FindAsync(new ActivityFilter { Domains = domains, Text = "unusu" }));
        Assert.Equal(domain is null ? [both, rare] : [rare], await activity.FindAsync(new ActivityFilter { Domains = domains, AliasContains = "eedl" }));
        Assert.Equal([rare], await activity.FindAsync(new ActivityFilter { Domains = domains, AliasContains = "eedl", Text = "unusual" }));
        Assert.Equal(100, (await activity.FindAsync(new ActivityFilter { Domains = domains, AliasContains = "lia", Text = "sende" })).Length);
    }

    [Fact]
    public async Task The_last_page_says_that_it_is_the_last()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        await activity.WriteAsync(Received(Id(), "delivered"), Received(Id(), "delivered"));

        Assert.Null((await activity.ListAsync(ActivityFilter.Everything, limit: 2)).Next);
        Assert.NotNull((await activity.ListAsync(ActivityFilter.Everything, limit: 1)).Next);
    }

    [Fact]
    public async Task An_entry_says_in_short_what_happened()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId id = Id();
        await activity.WriteAsync(
            Received(id, "queued", [Forward("Alias@Ours.test", Rule), Refuse("no@ours.test")]),
            Attempt(id, "deferred"),
            Attempt(id, "refused", reply: $"552 5.2.2 {new string('x', 500)}", number: 2),
            Attempt(id, "bounced", reply: $"552 5.2.2 {new string('x', 500)}"));

        ActivityEntry entry = Assert.Single((await activity.ListAsync(ActivityFilter.Everything)).Entries);

        Assert.Equal((id, ActivityOnDisk.Noon, "sender@there.example", 1000L), (entry.Id, entry.At, entry.Sender, entry.Size));
        Assert.Equal((MessageStatus.Bounced, "192.0.2.1", "client.there.example", 2), (entry.Status, entry.Client, entry.ClientName, entry.Attempts));
        Assert.Equal([("alias@ours.test", "forward", Rule), ("no@ours.test", "refuse", null)], entry.Recipients.Select(r => (r.Alias, r.Decision, r.RuleId)));
        Assert.StartsWith("552 5.2.2 x", entry.Reply, StringComparison.Ordinal);
        Assert.Equal(201, entry.Reply.Length);
    }

    [Fact]
    public async Task A_story_has_both_ways_and_the_proof_that_nothing_was_changed()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId whole = Id(), altered = Id(), unsent = Id();
        await activity.WriteAsync(
            Received(whole, "queued"), Attempt(whole, "deferred"), Attempt(whole, "delivered", number: 2),
            Received(altered, "delivered"), Attempt(altered, "delivered") with { Sha256 = new byte[32] },
            Received(unsent, "queued"), Attempt(unsent, "deferred"));

        ActivityStory story = await activity.ShowAsync(whole);

        Assert.Equal(Received(whole, "queued") with { Recipients = default, Sha256 = null }, story.Received with { Recipients = default, Sha256 = null });
        Assert.Equal(Digest, story.Received.Sha256);
        Assert.Equal([Attempt(whole, "deferred"), Attempt(whole, "delivered", number: 2) with { Sha256 = null }], story.Attempts.Select(a => a with { Sha256 = null }));
        Assert.True(story.IsUnchanged);
        Assert.False((await activity.ShowAsync(altered)).IsUnchanged);
        Assert.Null((await activity.ShowAsync(unsent)).IsUnchanged);
        Assert.Null(await activity.Reader.ShowAsync(Id(), domains: null, CancellationToken.None));
    }

    [Fact]
    public async Task Who_may_see_one_zone_sees_nothing_of_another_in_a_message_for_both()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId both = Id(), other = Id();
        await activity.WriteAsync(
            Received(both, "queued", [Forward("a@ours.test"), Forward("b@theirs.test")], owed: 3),
            Attempt(both, "delivered", "inbox@far.example", "a@ours.test b@theirs.test"),
            Attempt(both, "deferred", "secret@far.example", "b@theirs.test", reply: "450 4.2.0 secret"),
            Received(other, "delivered", "b@theirs.test"));

        ActivityStory story = await activity.Reader.ShowAsync(both, ["ours.test"], CancellationToken.None) ?? throw new InvalidOperationException();
        ActivityEntry entry = Assert.Single((await activity.ListAsync(new ActivityFilter { Domains = ["ours.test"] })).Entries);

        Assert.Equal("a@ours.test", Assert.Single(story.Received.Recipients).Alias);
        Assert.Equal(("inbox@far.example", "a@ours.test"), Assert.Single(story.Attempts.Select(a => (a.Destination, a.Aliases))));
        Assert.Equal("a@ours.test", Assert.Single(entry.Recipients).Alias);
        Assert.DoesNotContain("secret", entry.Reply, StringComparison.Ordinal);
        Assert.Null(await activity.Reader.ShowAsync(other, ["ours.test"], CancellationToken.None));
    }

    [Fact]
    public async Task Hostile_text_is_data_and_comes_back_as_it_was()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        const string Hostile = "'); DROP TABLE \"Messages\";-- \" * NEAR( \uE000t3 \0 \uD800 <script>\u202E";
        MailId id = Id();
        await activity.WriteAsync(Received(id, "queued") with { ClientName = Hostile }, Attempt(id, "deferred", reply: Hostile + new string('y', 100_000)));
        await activity.IndexAsync();

        ActivityEntry entry = Assert.Single((await activity.ListAsync(new ActivityFilter { Text = "script drop near" })).Entries);

        Assert.Equal(Hostile.Replace('\uD800', '\uFFFD'), entry.ClientName);
        Assert.Empty(await activity.FindAsync(new ActivityFilter { Status = MessageStatus.Forwarded }));
        foreach (string text in (string[])[Hostile, "\"", "*", "AND", "OR NOT", "a\"b", "-", "{x}:", "^"])
        {
            await activity.FindAsync(new ActivityFilter { Text = text, Alias = text, Sender = text, AliasContains = text, Domains = [text], SenderDomain = text });
        }
    }

    /// <summary>Four messages, a minute apart, the oldest first.</summary>
    private static async Task<Dictionary<MailId, char>> FillAsync(ActivityOnDisk activity)
    {
        MailId[] ids = [.. Enumerable.Range(1, 4).Select(i => Id(ActivityOnDisk.Noon.AddMinutes(i)))];
        DateTimeOffset[] at = [.. Enumerable.Range(1, 4).Select(i => ActivityOnDisk.Noon.AddMinutes(i))];
        await activity.WriteAsync(
            Received(ids[0], "queued", "al%i_ce@ours.test", at[0], "alice@shop.example"),
            Attempt(ids[0], "deferred", "second@far.example", "al%i_ce@ours.test", "451 4.7.1 Greylisted"),
            Received(ids[1], "delivered", [Forward("bob@ours.test", Rule)], at[1], "carol@shop.example"),
            Attempt(ids[1], "delivered", "first@near.example", "bob@ours.test"),
            Received(ids[2], "dropped", [Drop("info@bücher.test")], at[2], "<>"),
            Received(ids[3], "abandoned", [Refuse("\"no\\\\one\"@bücher.test")], at[3], "mallory@elsewhere.example"));
        return ids.Select((id, i) => (id, (char)('a' + i))).ToDictionary();
    }
}
