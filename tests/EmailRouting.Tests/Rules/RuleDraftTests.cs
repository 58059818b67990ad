using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RuleDraftTests
{
    private static readonly RuleDraft Plain = new("x@own.test", new DraftAction.Drop());

    public static TheoryData<string> Hostile => [.. new[] { "\r", "\n", "\0", "\r\n250 ok", "a\u0085b", "a\u2028b", "a\u202eb", "\ud800", new string('a', 10_000), new string('\0', 10_000) }];

    [Theory, MemberData(nameof(Hostile))]
    public async Task Hostile_text_is_refused_in_every_field_and_nothing_is_stored(string text)
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        (string Field, RuleDraft Draft)[] drafts =
        [
            ("matchers", Plain with { Pattern = $"x{text}@own.test" }),
            ("matchers", Plain with { Pattern = $"*@{text}own.test" }),
            ("matchers", Plain with { Pattern = $"prefix:x{text}@own.test" }),
            ("matchers", Plain with { Pattern = $"regex:x{text}@own.test" }),
            ("matchers", Plain with { WrittenAddress = $"x@own.test{text}" }),
            ("senders", Plain with { Senders = [$"a@b.example{text}"] }),
            ("senders", Plain with { Senders = [$"glob:a{text}@b.example"] }),
            ("actions", Plain with { Action = new DraftAction.Forward([$"a{text}@b.example"]) }),
            ("actions", Plain with { Action = new DraftAction.Reject(550, $"No{text}") }),
            ("actions", Plain with { WrittenValue = $"[\"{text}\"]" }),
            ("name", Plain with { Name = text }),
            ("fallback", Plain with { Action = new DraftAction.Forward(["a@b.example"]), Fallback = $"a{text}@b.example" }),
            ("labels", Plain with { Labels = ["fine", text] }),
            ("source", Plain with { Source = text }),
            ("owner_worker_tag", Plain with { OwnerWorkerTag = text }),
        ];
        foreach ((string field, RuleDraft draft) in drafts)
        {
            Edit.Refused refused = RulesOnDisk.Refused(await rules.Book.AddRuleAsync(draft, CancellationToken.None));
            Assert.Equal((field, RefusalReason.Invalid), (refused.Field, refused.Reason));
            Assert.True(refused.Sentence.Length < 1000, refused.Sentence);
            Assert.DoesNotContain(refused.Sentence, char.IsControl);
        }

        await using RulesDb db = rules.CreateDbContext();
        Assert.False(await db.Rules.AnyAsync(TestContext.Current.CancellationToken));
        Assert.False(await db.RuleEvents.AnyAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("one\ntwo\r\nthree", true)]
    [InlineData("", true)]
    [InlineData("tab\there", false)]
    [InlineData("nul\0", false)]
    [InlineData("\u001b[31m", false)]
    [InlineData("a\u202eb", false)]
    [InlineData("a\u2029b", false)]
    public async Task Notes_may_have_lines_and_no_other_control_characters(string notes, bool isAllowed)
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        Edit edit = await rules.Book.AddRuleAsync(Plain with { Notes = notes }, CancellationToken.None);
        Assert.Equal(isAllowed ? null : "notes", (edit as Edit.Refused)?.Field);
        Assert.Equal("notes", RulesOnDisk.Refused(await rules.Book.AddRuleAsync(Plain with { Notes = new string('a', 4001) }, CancellationToken.None)).Field);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        Edit.Refused refused = RulesOnDisk.Refused(await rules.Book.AddRuleAsync(
            new RuleDraft("prefix:@own.test", new DraftAction.Reject(700, "ö"))
            {
                Name = "a\nb",
                Priority = -1,
                Senders = ["nonsense"],
                Labels = ["a", "A"],
                FallbackAfterMinutes = 3,
            },
            CancellationToken.None));

        Assert.Equal(["matchers", "senders", "actions", "actions", "fallback_after_minutes", "name", "priority", "labels"], refused.Problems.Select(p => p.Field));
        Assert.All(refused.Problems, problem => Assert.Contains(problem.Sentence, refused.Sentence, StringComparison.Ordinal));

        refused = RulesOnDisk.Refused(await rules.Book.AddRuleAsync(
            new RuleDraft("x@own.test", RulesOnDisk.To("a@far.example", "b@far.example")) { Fallback = "c@far.example" }, CancellationToken.None));
        Assert.Equal(["actions", "actions", "fallback"], refused.Problems.Select(p => p.Field));
        Assert.All(refused.Problems, problem => Assert.Equal(RefusalReason.Unverified, problem.Reason));
    }

    [Fact]
    public async Task What_was_written_is_read_back()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("bücher.test");
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("In@far.example");
        await rules.InboxAsync("other@far.example");
        await rules.RuleAsync("end@own.test", RulesOnDisk.To("in@far.example"));
        DateTimeOffset expiry = rules.Clock.GetUtcNow().AddDays(1);
        var draft = new RuleDraft("Anna@bücher.test", RulesOnDisk.To("iN@FAR.example", "END@own.test", "In@far.example"[..0] + "\"other\"@far.example"))
        {
            Name = "",
            Priority = 7,
            Enabled = false,
            Senders = ["Boss@Work.example"],
            ExpiresAt = expiry,
            Notes = "one\ntwo",
            Labels = ["b", "a"],
            Source = "wrangler",
            OwnerWorkerTag = "worker",
            WrittenAddress = "ANNA@BÜCHER.test",
            WrittenValue = "[]",
        };
        Guid id = await rules.RuleAsync(draft);

        await using RulesDb db = rules.CreateDbContext();
        Rule stored = await db.Rules.Include(r => r.Domain).Include(r => r.Fallback).Include(r => r.Targets).ThenInclude(t => t.Destination)
            .SingleAsync(r => r.Id == id, TestContext.Current.CancellationToken);
        RuleRecord record = RuleRecord.Of(stored);
        Assert.Equal(["iN@FAR.example", "END@own.test", "\"other\"@far.example"], record.To);
        Assert.Equal(("Anna@xn--bcher-kva.test", "ANNA@BÜCHER.test", "[]"), (record.Pattern, record.WrittenAddress, record.WrittenValue));
        Assert.Equal(("", 7, false), (record.Name, record.Priority, record.Enabled));
        Assert.Equal(["boss@work.example"], record.Senders);
        Assert.Equal(["b", "a"], record.Labels);
        Assert.Equal((1, expiry.ToUnixTimeMilliseconds()), (stored.Revision, record.ExpiresAt!.Value.ToUnixTimeMilliseconds()));
        Assert.Equal(record.ToJson(), RuleRecord.Read(record.ToJson())!.ToJson());

        RulesOnDisk.Done(await rules.Book.UpdateRuleAsync(id, record.ToDraft(), 1, CancellationToken.None));
        HistoryPage history = await rules.Book.HistoryAsync(new HistoryQuery(null, id, null, 10), CancellationToken.None);
        Assert.Single(history.Events);
    }

    [Fact]
    public void A_record_with_fewer_members_is_still_read()
    {
        RuleDraft draft = RuleRecord.Read("""{"pattern":"x@own.test","action":"forward","to":["a@b.example"],"later":1}""")!.ToDraft();
        Assert.Empty(draft.Senders);
        Assert.Empty(draft.Labels);
        Assert.Equal(["a@b.example"], Assert.IsType<DraftAction.Forward>(draft.Action).Addresses);
        Assert.Null(RuleRecord.Read("{}"));
        Assert.Null(RuleRecord.Read("nonsense"));
    }
}
