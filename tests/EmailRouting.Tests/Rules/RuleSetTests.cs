using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RuleSetTests
{
    [Fact]
    public async Task Rules_apply_in_the_order_of_resolution()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("plus.test", subAddressing: true);
        await rules.DomainAsync("plain.test");
        await rules.DomainAsync("pending.test", state: DomainState.Pending);
        foreach (string inbox in (string[])["one@in.example", "two@in.example", "all@in.example"])
        {
            await rules.InboxAsync(inbox);
        }

        await rules.RuleAsync("user@plus.test", RulesOnDisk.To("one@in.example"));
        await rules.RuleAsync("user+exact@plus.test", RulesOnDisk.To("two@in.example"));
        await rules.RuleAsync("*@plus.test", RulesOnDisk.To("all@in.example"));
        await rules.RuleAsync("user@plain.test", RulesOnDisk.To("one@in.example", "two@in.example"));
        await rules.RuleAsync("gone@plain.test", new DraftAction.Drop());
        await rules.RuleAsync("later@plain.test", new DraftAction.Reject(450, "Try later"));
        await rules.RuleAsync("never@plain.test", new DraftAction.Reject(550, "No"));
        await rules.RuleAsync("anna@pending.test", RulesOnDisk.To("one@in.example"));
        Guid off = await rules.RuleAsync("off@plus.test", RulesOnDisk.To("one@in.example"));
        RulesOnDisk.Done(await rules.Book.SetEnabledAsync(off, false, CancellationToken.None));
        Guid offPlain = await rules.RuleAsync("off@plain.test", RulesOnDisk.To("one@in.example"));
        RulesOnDisk.Done(await rules.Book.SetEnabledAsync(offPlain, false, CancellationToken.None));

        RuleSet set = await rules.Loader.LoadAllAsync(CancellationToken.None);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        (string Recipient, string Expected)[] table =
        [
            ("user@plus.test", "forward one@in.example"),
            ("USER@PLUS.test", "forward one@in.example"),
            ("\"user\"@plus.test", "forward one@in.example"),
            ("user+exact@plus.test", "forward two@in.example"),
            ("user+other@plus.test", "forward one@in.example"),
            ("+other@plus.test", "forward all@in.example"),
            ("off@plus.test", "forward all@in.example"),
            ("nobody@plus.test", "forward all@in.example"),
            ("user%other@plus.test", "forward all@in.example"),
            ("user@plain.test", "forward one@in.example two@in.example"),
            ("user+tag@plain.test", "550 5.1.1"),
            ("gone@plain.test", "drop"),
            ("later@plain.test", "450 4.2.1"),
            ("never@plain.test", "550 5.7.1"),
            ("off@plain.test", "550 5.1.1"),
            ("a!b@plain.test", "550 5.1.1"),
            ("anna@pending.test", "550 5.7.1"),
            ("x@elsewhere.example", "550 5.7.1"),
            ("x@[192.0.2.1]", "550 5.7.1"),
        ];
        Assert.All(table, row =>
        {
            EmailAddress recipient = RulesOnDisk.Address(row.Recipient);
            Assert.Equal(row.Expected, RulesOnDisk.Show(set.Resolve(recipient, sender: null, now)));
            RuleExplanation explanation = set.Explain(recipient, sender: null, now);
            Assert.Equal(row.Expected, RulesOnDisk.Show(explanation.Decision));
            Assert.Equal(explanation.Decision is not RecipientDecision.Refuse { RuleId: null }, explanation.Candidates.Any(c => c.Wins));
        });
    }

    [Fact]
    public async Task Postmaster_and_abuse_are_known_where_anybody_is()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("a.test");
        await rules.DomainAsync("b.test");
        Assert.Equal("451 4.3.5", await rules.ReplyAsync("postmaster@a.test"));

        await rules.InboxAsync("first@in.example");
        await Task.Delay(5, TestContext.Current.CancellationToken);
        await rules.InboxAsync("second@in.example");
        Assert.Equal("forward first@in.example", await rules.ReplyAsync("postmaster@a.test"));

        await rules.RuleAsync("*@b.test", RulesOnDisk.To("second@in.example"));
        Assert.Equal("forward second@in.example", await rules.ReplyAsync("Abuse@b.test"));

        RulesOnDisk.Done(await rules.Book.SetContactAsync("b.test", "first@in.example", CancellationToken.None));
        Assert.Equal("forward first@in.example", await rules.ReplyAsync("abuse@b.test"));

        await rules.RuleAsync("abuse@b.test", RulesOnDisk.To("second@in.example"));
        Assert.Equal("forward second@in.example", await rules.ReplyAsync("abuse@b.test"));

        RulesOnDisk.Done(await rules.Book.SetInstallationContactAsync("second@in.example", CancellationToken.None));
        RuleSet set = await rules.Loader.LoadAllAsync(CancellationToken.None);
        Assert.Equal("forward second@in.example", RulesOnDisk.Show(set.Resolve(EmailAddress.Postmaster, sender: null, TimeProvider.System.GetUtcNow())));
    }

    [Fact]
    public async Task Chains_end_in_inboxes_and_dead_branches_add_none()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        await rules.RuleAsync("drop@own.test", new DraftAction.Drop());
        await rules.RuleAsync("no@own.test", new DraftAction.Reject(553, "No"));
        await rules.RuleAsync("end@own.test", RulesOnDisk.To("in@far.example"));
        await rules.RuleAsync("mixed@own.test", RulesOnDisk.To("no@own.test", "missing@own.test", "drop@own.test", "end@own.test", "in@far.example"));
        await rules.RuleAsync("todrop@own.test", RulesOnDisk.To("no@own.test", "drop@own.test"));
        await rules.RuleAsync("tonone@own.test", RulesOnDisk.To("no@own.test", "missing@own.test"));

        Assert.Equal("forward in@far.example", await rules.ReplyAsync("mixed@own.test"));
        Assert.Equal("drop", await rules.ReplyAsync("todrop@own.test"));
        Assert.Equal("553 5.1.3", await rules.ReplyAsync("tonone@own.test"));
    }

    [Fact]
    public async Task A_circle_made_behind_the_book_is_refused_at_RCPT()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Guid domain = await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        Guid rule = await rules.RuleAsync("a@own.test", RulesOnDisk.To("in@far.example"));
        await using (RulesDb db = rules.CreateDbContext())
        {
            db.RuleTargets.RemoveRange(db.RuleTargets.Where(t => t.RuleId == rule));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
            db.RuleTargets.Add(new RuleTarget { RuleId = rule, Position = 0, DomainId = domain, Alias = "a@own.test", AliasDomainId = domain });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("550 5.4.6", await rules.ReplyAsync("a@own.test"));
    }

    [Fact]
    public async Task The_common_case_allocates_nothing()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test", subAddressing: true);
        await rules.InboxAsync("in@far.example");
        await rules.RuleAsync("hello@own.test", RulesOnDisk.To("in@far.example"));
        RuleSet set = await rules.Loader.LoadAllAsync(CancellationToken.None);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        EmailAddress[] recipients = [RulesOnDisk.Address("hello@own.test"), RulesOnDisk.Address("HELLO+tag@own.test"), RulesOnDisk.Address("no@own.test"), RulesOnDisk.Address("x@y.example")];

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                foreach (EmailAddress recipient in recipients)
                {
                    _ = set.Resolve(recipient, sender: null, now);
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        _ = Allocated();
        Assert.Equal(0, Allocated());
    }
}
