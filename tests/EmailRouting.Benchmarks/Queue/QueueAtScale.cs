using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Sqlite;
using EmailRouting.Sqlite.Queue;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailRouting.Benchmarks.Queue;

/// <summary>A long queue on disk: how fast it takes mail in, and what the operator's lists cost on it. One of a thousand messages is for a small domain, and one of those is held.</summary>
internal sealed class QueueAtScale : IDbContextFactory<QueueDb>
{
    private const int AtOnce = 500;
    private static readonly byte[] Body = [.. "Subject: hello\r\n\r\n"u8, .. Enumerable.Repeat((byte)'x', 1000)];

    private readonly DataDirectory _directory;

    private QueueAtScale(DataDirectory directory) => _directory = directory;

    public static async Task RunAsync(int count)
    {
        var directory = new DataDirectory(Directory.CreateTempSubdirectory("queue-at-scale-").FullName);
        try
        {
            directory.Create();
            await new QueueAtScale(directory).RunOnAsync(count);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(directory.Path, recursive: true);
        }
    }

    public QueueDb CreateDbContext() => new((DbContextOptions<QueueDb>)new DbContextOptionsBuilder<QueueDb>().UseDurableSqlite(_directory.QueueDatabase).Options);

    /// <summary>Mail that is due in a day.</summary>
    /// <param name="directory">Without a queue so far.</param>
    /// <param name="count">How many messages.</param>
    public static async Task FillAsync(DataDirectory directory, int count)
    {
        await using (QueueDb db = new QueueAtScale(directory).CreateDbContext())
        {
            await SqliteMigrator.MigrateAsync(db, CancellationToken.None);
        }

        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var store = new SqliteQueueStore(
            directory, new QueueMetrics(services.GetRequiredService<IMeterFactory>(), TimeProvider.System), TimeProvider.System, NullLogger<SqliteQueueStore>.Instance);
        await store.OpenAsync(CancellationToken.None);
        await FillAsync(store, count);
    }

    private async Task RunOnAsync(int count)
    {
        await FillAsync(_directory, count);
        var queue = new QueueOperator(this, _directory, TimeProvider.System, static (_, _, _, _) => Task.CompletedTask);
        QueuePage small = await queue.ListAsync(new QueueFilter(1) { Domains = ["small.example"] }, CancellationToken.None);
        await queue.HoldAsync(new QueueSelection(small.Entries[0].MessageId), CancellationToken.None);
        DeliveryId middle = (await queue.ListAsync(new QueueFilter(1) { Domains = ["small.example"], After = small.Next }, CancellationToken.None)).Entries[0].Id;

        ImmutableArray<string> all = ["big.example", "small.example"];
        (string Name, QueueFilter Filter)[] lists =
        [
            ("everything", new QueueFilter(50)),
            ("everything, further on", new QueueFilter(50) { After = middle }),
            ("queued", new QueueFilter(50) { State = QueueDbState.Queued }),
            ("held", new QueueFilter(50) { State = QueueDbState.Held }),
            ("a large domain", new QueueFilter(50) { Domains = ["big.example"] }),
            ("a small domain", new QueueFilter(50) { Domains = ["small.example"] }),
            ("held in a large domain", new QueueFilter(50) { Domains = ["big.example"], State = QueueDbState.Held }),
            ("two domains", new QueueFilter(50) { Domains = all }),
            ("a domain without mail", new QueueFilter(50) { Domains = ["none.example"] }),
            ("text in a small domain", new QueueFilter(50) { Domains = ["small.example"], Text = "n7" }),
            ("text that is everywhere", new QueueFilter(50) { Text = "sender" }),
            ("text that is nowhere", new QueueFilter(50) { Text = "nobody" }),
        ];
        foreach ((string name, QueueFilter filter) in lists)
        {
            await queue.ListAsync(filter, CancellationToken.None);
            long start = Stopwatch.GetTimestamp();
            QueuePage page = await queue.ListAsync(filter, CancellationToken.None);
            Console.WriteLine($"{name,-28} {page.Total,9} in all, {page.Entries.Length,3} shown  {Stopwatch.GetElapsedTime(start).TotalMilliseconds,8:F1} ms");
        }
    }

    private static async Task FillAsync(SqliteQueueStore store, int count)
    {
        long start = Stopwatch.GetTimestamp();
        var facts = new ContentFacts(Body.Length, new byte[32], false, false);
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) <= count;)
            {
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                var envelope = new Envelope(Address("sender@there.example"), MailParameters.None);
                var mail = new AcceptedMail(MailId.New(now), now, envelope, MessageContent.InMemory(facts, new ReadOnlySequence<byte>(Body), lease: null), MayBounce: true);
                var target = new Target(Address($"n{i}@inbox.example"), [new AliasRecipient(Address(i % 1000 == 0 ? "a@small.example" : "a@big.example"), RcptParameters.None)]);
                await store.AcceptAsync(mail, [NewDelivery.Due(target, now, now + TimeSpan.FromDays(1))], CancellationToken.None);
            }
        })));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine($"{count} messages of {Body.Length} octets accepted in {elapsed.TotalSeconds:F1} s: {count / elapsed.TotalSeconds:F0} a second");
    }

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new ArgumentException(text);
}
