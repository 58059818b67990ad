using System.Buffers;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
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
using Microsoft.Extensions.Time.Testing;

namespace EmailRouting.Tests.Queue;

/// <summary>A data directory of its own with a migrated queue in it, and a clock that only the test moves.</summary>
internal sealed class TemporaryQueue : IDbContextFactory<QueueDb>, IAsyncDisposable
{
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private TemporaryQueue(string path)
    {
        Directory = new DataDirectory(path);
        Directory.Create();
        Metrics = new QueueMetrics(_metrics.GetRequiredService<IMeterFactory>(), Clock);
        Store = NewStore();
        Operator = new QueueOperator(this, Directory, Clock, (id, target, end, _) =>
        {
            Ends.Add((id, target, end));
            return Task.CompletedTask;
        });
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public DataDirectory Directory { get; }

    public QueueMetrics Metrics { get; }

    public SqliteQueueStore Store { get; private set; }

    public QueueOperator Operator { get; }

    /// <summary>What the activity log was told of the operator's acts.</summary>
    public List<(MailId Id, Target Target, string End)> Ends { get; } = [];

    public DateTimeOffset Now => Clock.GetUtcNow();

    public DateTimeOffset Lease => Now + TimeSpan.FromMinutes(15);

    public static async Task<TemporaryQueue> CreateAsync(string? under = null)
    {
        var queue = new TemporaryQueue(Path.Combine(under ?? Path.GetTempPath(), $"queue-{Guid.NewGuid():N}"));
        await using (QueueDb db = queue.CreateDbContext())
        {
            await SqliteMigrator.MigrateAsync(db, CancellationToken.None);
        }

        await queue.Store.OpenAsync(CancellationToken.None);
        return queue;
    }

    public static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new ArgumentException(text);

    public static Target To(string destination, DsnNotify? notify = null, string alias = "alias@ours.example") =>
        new(Address(destination), [new AliasRecipient(Address(alias), new RcptParameters { Notify = notify })]);

    public AcceptedMail Mail(string? sender = "sender@there.example", string text = "Subject: hello\r\n\r\nbody\r\n", bool mayBounce = true) =>
        Mail(Encoding.Latin1.GetBytes(text), sender, mayBounce);

    public AcceptedMail Mail(byte[] bytes, string? sender = "sender@there.example", bool mayBounce = true) => new(
        MailId.New(Now),
        Now,
        new Envelope(sender is null ? null : Address(sender), MailParameters.None),
        MessageContent.InMemory(Facts(bytes), new ReadOnlySequence<byte>(bytes), lease: null),
        mayBounce);

    public AcceptedMail SpooledMail(byte[] bytes)
    {
        string path = Path.Combine(Directory.Spool, $"{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(path, bytes);
        return Mail(bytes) with { Content = MessageContent.InTemporaryFile(Facts(bytes), path) };
    }

    /// <summary>Accepts one message for one destination, unclaimed and due.</summary>
    public async Task<AcceptedMail> AcceptDueAsync(string destination = "inbox@dest.example", AcceptedMail? mail = null)
    {
        mail ??= Mail();
        await Store.AcceptAsync(mail, [NewDelivery.Due(To(destination), Now, Now)], CancellationToken.None);
        return mail;
    }

    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(int limit = 100, params string[] except) =>
        await Store.ClaimAsync(limit, [.. except], Now, Lease, CancellationToken.None);

    /// <summary>As a process that begins on what another one left.</summary>
    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = NewStore();
        await Store.OpenAsync(CancellationToken.None);
    }

    /// <summary>A store that is not open yet, in place of one that was disposed of.</summary>
    public void Renew() => Store = NewStore();

    public QueueDb CreateDbContext() =>
        new((DbContextOptions<QueueDb>)new DbContextOptionsBuilder<QueueDb>().UseDurableSqlite(Directory.QueueDatabase).Options);

    public async Task<int> MessagesAsync()
    {
        await using QueueDb db = CreateDbContext();
        return await db.Messages.CountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await using (QueueDb db = CreateDbContext())
        {
            SqliteConnection.ClearPool((SqliteConnection)db.Database.GetDbConnection());
        }

        await _metrics.DisposeAsync();
        System.IO.Directory.Delete(Directory.Path, recursive: true);
    }

    private static ContentFacts Facts(byte[] bytes)
    {
        int end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        return new ContentFacts(
            bytes.Length,
            SHA256.HashData(bytes),
            bytes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)127),
            bytes.AsSpan(0, end < 0 ? bytes.Length : end).ContainsAnyExceptInRange((byte)0, (byte)127));
    }

    private SqliteQueueStore NewStore() => new(Directory, Metrics, Clock, NullLogger<SqliteQueueStore>.Instance);
}
