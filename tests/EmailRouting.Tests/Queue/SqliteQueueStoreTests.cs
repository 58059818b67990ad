using System.Diagnostics;
using System.Security.Cryptography;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;

namespace EmailRouting.Tests.Queue;

public sealed class SqliteQueueStoreTests
{
    private static readonly Settlement Delivered = new Settlement.Done(Report: null);

    [Theory]
    [InlineData(0)]
    [InlineData(4 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(256 * 1024)]
    public async Task What_was_accepted_is_loaded_as_it_was(int length)
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        byte[] bytes = RandomNumberGenerator.GetBytes(length);
        var parameters = new MailParameters { Body = BodyType.EightBitMime, SmtpUtf8 = true, Return = DsnReturn.Headers, EnvelopeId = "env=1" };
        AcceptedMail mail = queue.Mail(bytes, mayBounce: false);
        mail = mail with { Envelope = mail.Envelope with { Parameters = parameters } };
        var aliases = new[]
        {
            new AliasRecipient(TemporaryQueue.Address("a\"b@ours.example".Replace("\"", "", StringComparison.Ordinal)), new RcptParameters { Notify = DsnNotify.Never }),
            new AliasRecipient(TemporaryQueue.Address("grüße@ours.example"), new RcptParameters { OriginalRecipient = "rfc822;x+2By@z" }),
            new AliasRecipient(EmailAddress.Postmaster, RcptParameters.None),
        };
        await queue.Store.AcceptAsync(
            mail, [NewDelivery.Due(new Target(TemporaryQueue.Address("inbox@dest.example"), [.. aliases]), queue.Now, queue.Now)], CancellationToken.None);

        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        using MessageContent? content = (await queue.Store.LoadAsync(claimed.Claim, CancellationToken.None))?.Content;
        AcceptedMail? loaded = await queue.Store.LoadAsync(claimed.Claim, CancellationToken.None);

        Assert.NotNull(loaded);
        Assert.Equal(mail.Id, loaded.Id);
        Assert.Equal(mail.ReceivedAt, loaded.ReceivedAt);
        Assert.Equal(mail.Envelope, loaded.Envelope);
        Assert.False(loaded.MayBounce);
        Assert.Equal(mail.Content.Facts.Sha256, SHA256.HashData(await ReadAsync(loaded.Content)));
        Assert.Equal(mail.Content.Facts.HasEightBit, loaded.Content.Facts.HasEightBit);
        Assert.Equal(aliases, claimed.Target.Aliases);
        Assert.Equal(0, claimed.Attempts);
    }

    [Fact]
    public async Task A_copy_keeps_the_sender_and_the_trace_that_it_is_to_leave_with()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        Target plain = TemporaryQueue.To("one@dest.example");
        Target dressed = TemporaryQueue.To("two@dest.example") with
        {
            ReturnPath = TemporaryQueue.Address("SRS0=aaaa=AA=there.example=sender@ours.example"),
            Trace = "Received: by us\r\n"u8.ToArray(),
        };
        AcceptedMail mail = queue.Mail();
        await queue.Store.AcceptAsync(mail, [NewDelivery.Due(plain, queue.Now, queue.Now), NewDelivery.Due(dressed, queue.Now, queue.Now)], CancellationToken.None);

        await queue.ReopenAsync();

        Dictionary<string, Target> claimed = (await queue.ClaimAsync()).ToDictionary(delivery => delivery.Target.Destination.Text, delivery => delivery.Target);
        Assert.Null(claimed["one@dest.example"].ReturnPath);
        Assert.True(claimed["one@dest.example"].Trace.IsEmpty);
        Assert.Equal(dressed.ReturnPath, claimed["two@dest.example"].ReturnPath);
        Assert.Equal(dressed.Trace.ToArray(), claimed["two@dest.example"].Trace.ToArray());
    }

    [Fact]
    public async Task A_body_in_the_spool_belongs_to_its_row_and_goes_with_it()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        byte[] bytes = RandomNumberGenerator.GetBytes(400_000);
        AcceptedMail mail = queue.SpooledMail(bytes);
        await queue.Store.AcceptAsync(mail, [NewDelivery.Due(TemporaryQueue.To("a@one.example"), queue.Now, queue.Now), NewDelivery.Due(TemporaryQueue.To("b@two.example"), queue.Now, queue.Now)], CancellationToken.None);
        mail.Content.Dispose();
        await queue.ReopenAsync();

        IReadOnlyList<ClaimedDelivery> claimed = await queue.ClaimAsync();
        AcceptedMail? loaded = await queue.Store.LoadAsync(claimed[0].Claim, CancellationToken.None);
        Assert.Equal(bytes, await ReadAsync(loaded!.Content));

        await queue.Store.SettleAsync(claimed[0].Claim, Delivered, queue.Now, CancellationToken.None);
        Assert.Single(Directory.GetFiles(queue.Directory.Spool));
        await queue.Store.SettleAsync(claimed[1].Claim, Delivered, queue.Now, CancellationToken.None);
        Assert.Empty(Directory.GetFiles(queue.Directory.Spool));
        Assert.Equal(0, await queue.MessagesAsync());
    }

    [Fact]
    public async Task What_an_earlier_version_had_queued_is_found_by_its_domain_and_delivered()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await using (QueueDb db = queue.CreateDbContext())
        {
            IMigrator migrator = db.GetService<IMigrator>();
            await migrator.MigrateAsync("Initial", TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO Messages (Id, SmtpUtf8, ReceivedAt, MayBounce, Length, Sha256, HasEightBit, HasEightBitHeader, Content) VALUES (1, 0, 0, 1, 0, x'', 0, 0, x'');
                INSERT INTO Deliveries (Id, MessageId, Destination, Domain, Aliases, State, DueAt, Claim, Attempts, AgesFrom)
                VALUES (1, 1, 'a@dest.example', 'dest.example', '[["\"x@y\"@Ours.example",null,null],["b@theirs.example",1,"rfc822;c@third.example"]]', 0, 0, 0, 0, 0)
                """,
                TestContext.Current.CancellationToken);
            await migrator.MigrateAsync(cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Null(Assert.Single(await queue.ClaimAsync()).Target.Fallback);
        foreach ((string domain, int count) in ((string, int)[])[("ours.example", 1), ("theirs.example", 1), ("third.example", 0), ("y", 0)])
        {
            Assert.Equal(count, (await queue.Operator.ListAsync(new QueueFilter(10) { Domains = [domain] }, CancellationToken.None)).Total);
        }
    }

    [Fact]
    public async Task Files_that_no_row_speaks_of_are_removed_at_the_start()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail owned = await queue.AcceptDueAsync(mail: queue.SpooledMail(new byte[300_000]));
        await File.WriteAllTextAsync(Path.Combine(queue.Directory.Spool, "half.tmp"), "x", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(queue.Directory.Spool, $"{MailId.New(queue.Now)}.eml"), "x", TestContext.Current.CancellationToken);

        await queue.ReopenAsync();

        Assert.Equal([owned.Content.Path], Directory.GetFiles(queue.Directory.Spool));
    }

    [Fact]
    public async Task A_claim_lasts_for_its_lease_and_no_longer()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await queue.AcceptDueAsync();
        ClaimedDelivery first = Assert.Single(await queue.ClaimAsync());
        Assert.Empty(await queue.ClaimAsync());

        queue.Clock.Advance(TimeSpan.FromMinutes(10));
        await queue.Store.RenewAsync([first.Claim], queue.Lease, CancellationToken.None);
        queue.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(await queue.ClaimAsync());

        queue.Clock.Advance(TimeSpan.FromMinutes(6));
        ClaimedDelivery second = Assert.Single(await queue.ClaimAsync());
        Assert.Equal(first.Claim.DeliveryId, second.Claim.DeliveryId);
        Assert.NotEqual(first.Claim.Token, second.Claim.Token);
        Assert.False(await queue.Store.SettleAsync(first.Claim, Delivered, queue.Now, CancellationToken.None));
        Assert.True(await queue.Store.SettleAsync(second.Claim, Delivered, queue.Now, CancellationToken.None));
    }

    [Fact]
    public async Task Claims_of_a_process_that_died_are_due_at_once()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await queue.AcceptDueAsync();
        AcceptedMail born = queue.Mail();
        await queue.Store.AcceptAsync(born, [NewDelivery.Claimed(TemporaryQueue.To("x@dest.example"), queue.Now, queue.Lease)], CancellationToken.None);
        ClaimedDelivery old = Assert.Single(await queue.ClaimAsync());

        await queue.ReopenAsync();

        Assert.Equal(2, (await queue.ClaimAsync()).Count);
        Assert.False(await queue.Store.SettleAsync(old.Claim, Delivered, queue.Now, CancellationToken.None));
    }

    [Fact]
    public async Task A_report_and_the_delivery_it_reports_change_places_in_one_step()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync();
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        OwedReport report = DeliveryReport.Compose(mail, claimed.Target.Aliases, ReportVerdict.Expired, "mx.ours.example", queue.Now);

        Assert.False(await queue.Store.SettleAsync(claimed.Claim with { Token = 1 }, new Settlement.Done(report), queue.Now, CancellationToken.None));
        Assert.Equal(mail.Id, Assert.Single((await queue.Operator.ListAsync(new QueueFilter(10), CancellationToken.None)).Entries).MessageId);

        Assert.True(await queue.Store.SettleAsync(claimed.Claim, new Settlement.Done(report), queue.Now, CancellationToken.None));
        QueueEntry entry = Assert.Single((await queue.Operator.ListAsync(new QueueFilter(10), CancellationToken.None)).Entries);
        Assert.Equal(report.Mail.Id, entry.MessageId);
        Assert.Null(entry.Sender);
        Assert.Equal("sender@there.example", entry.Target.Destination.Text);
    }

    [Fact]
    public async Task Many_callers_share_a_commit_and_each_gets_its_own_answer()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => queue.AcceptDueAsync($"n{i}@dest.example"))));

        Assert.Equal(500, await queue.MessagesAsync());
        IReadOnlyList<ClaimedDelivery> claimed = await queue.ClaimAsync(limit: 1000);
        bool[] settled = await Task.WhenAll(claimed.Concat(claimed).Select(d => queue.Store.SettleAsync(d.Claim, Delivered, queue.Now, CancellationToken.None)));
        Assert.Equal(500, settled.Count(isOurs => isOurs));
        Assert.Equal(0, await queue.MessagesAsync());
    }

    [Fact]
    public async Task A_change_that_fails_takes_none_of_its_group_with_it()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail stored = await queue.AcceptDueAsync();

        // The same id again breaks the primary key, in the midst of others.
        Task[] accepts = [.. Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? queue.AcceptDueAsync(mail: stored) : queue.AcceptDueAsync())];
        await Task.WhenAll(accepts).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(10, accepts.Count(accept => accept.Exception?.InnerException is QueueUnavailableException { IsDiskFull: false }));
        Assert.Equal(91, await queue.MessagesAsync());
    }

    [Fact]
    public async Task A_full_disk_refuses_mail_and_keeps_what_it_has_until_there_is_room()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can mount a small disk");
        string mount = Path.Combine(Path.GetTempPath(), $"small-{Guid.NewGuid():N}");
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mount), "No tmpfs can be mounted here");
        try
        {
            await using TemporaryQueue queue = await TemporaryQueue.CreateAsync(under: mount);
            string ballast = Path.Combine(mount, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[2_000_000], TestContext.Current.CancellationToken);
            int accepted = 0;
            QueueUnavailableException? full = null;
            while (full is null && accepted < 100)
            {
                try
                {
                    await queue.AcceptDueAsync(mail: queue.Mail(new byte[100_000]));
                    accepted++;
                }
                catch (QueueUnavailableException e)
                {
                    full = e;
                }
            }

            Assert.True(full?.IsDiskFull);
            Assert.Equal(accepted, await queue.MessagesAsync());

            File.Delete(ballast);
            await queue.AcceptDueAsync(mail: queue.Mail(new byte[100_000]));
            Assert.Equal(accepted + 1, (await queue.ClaimAsync()).Count);
        }
        finally
        {
            await RunAsync("umount", mount);
            Directory.Delete(mount);
        }
    }

    [Fact]
    public async Task A_claim_passes_over_domains_that_have_enough()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await queue.AcceptDueAsync("a@slow.example");
        await queue.AcceptDueAsync("b@slow.example");
        queue.Clock.Advance(TimeSpan.FromSeconds(1));
        await queue.AcceptDueAsync("c@quick.example");

        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync(10, "slow.example"));

        Assert.Equal("c@quick.example", claimed.Target.Destination.Text);
    }

    [Fact]
    public async Task A_long_queue_costs_a_claim_nothing()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await using (QueueDb db = queue.CreateDbContext())
        {
            long later = queue.Now.AddDays(1).ToUnixTimeMilliseconds();
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO Messages (Id, SmtpUtf8, ReceivedAt, MayBounce, Length, Sha256, HasEightBit, HasEightBitHeader, Content)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i, 0, 0, 1, 0, x'', 0, 0, x'' FROM n
                """,
                TestContext.Current.CancellationToken);
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO Deliveries (Id, MessageId, Destination, Domain, Aliases, State, DueAt, Claim, Attempts, AgesFrom)
                SELECT Id, Id, 'a@later.example', 'later.example', '[]', Id % 3, {later}, 0, 0, 0 FROM Messages
                """,
                TestContext.Current.CancellationToken);
        }

        await queue.AcceptDueAsync("now@dest.example");
        Assert.Single(await queue.ClaimAsync());
        await queue.AcceptDueAsync("now@dest.example");
        var watch = Stopwatch.StartNew();
        Assert.Single(await queue.ClaimAsync());

        // A scan of the rows takes far longer than this on any machine; a step in the index far less.
        Assert.InRange(watch.ElapsedMilliseconds, 0, 250);
        QueueDepth depth = await queue.Store.DepthAsync(CancellationToken.None);
        Assert.Equal((66_666 + 2, 66_667, 66_667), (depth.Queued, depth.Held, depth.Failed));
    }

    private static async Task<byte[]> ReadAsync(MessageContent content)
    {
        await using Stream stream = content.OpenRead();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
