using System.Buffers;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Sqlite;
using EmailRouting.Sqlite.Queue;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailRouting.Server.Tests.Harness;

/// <summary>Mail in the queue of a server that does not run.</summary>
internal static class StoredMail
{
    public static byte[] Content { get; } = "Subject: hello\r\n\r\nbody\r\n"u8.ToArray();

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new ArgumentException(text);

    public static Target To(string destination, string alias) => new(Address(destination), [new AliasRecipient(Address(alias), RcptParameters.None)]);

    /// <summary>One message, with a delivery for each target.</summary>
    public static async Task<MailId> StoreAsync(DataDirectory directory, DateTimeOffset dueAt, params Target[] targets)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var mail = new AcceptedMail(
            MailId.New(now),
            now,
            new Envelope(Address("sender@there.example"), MailParameters.None),
            MessageContent.InMemory(new ContentFacts(Content.Length, SHA256.HashData(Content), false, false), new ReadOnlySequence<byte>(Content), lease: null),
            true);
        var options = new DbContextOptionsBuilder<QueueDb>();
        options.UseDurableSqlite(directory.QueueDatabase);
        await using (var db = new QueueDb(options.Options))
        {
            await SqliteMigrator.MigrateAsync(db, CancellationToken.None);
        }

        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var store = new SqliteQueueStore(
            directory, new QueueMetrics(services.GetRequiredService<IMeterFactory>(), TimeProvider.System), TimeProvider.System, NullLogger<SqliteQueueStore>.Instance);
        await store.OpenAsync(CancellationToken.None);
        await store.AcceptAsync(mail, [.. targets.Select(target => NewDelivery.Due(target, now, dueAt))], CancellationToken.None);
        return mail.Id;
    }

    /// <summary>Beside the running server, and not due: one message for one inbox.</summary>
    public static async Task<string> StoreBesideAsync(DataDirectory directory, string destination, params string[] aliases)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var target = new Target(Address(destination), [.. aliases.Select(alias => new AliasRecipient(Address(alias), RcptParameters.None))]);
        long id = MailId.New(now).Value;
        var options = new DbContextOptionsBuilder<QueueDb>();
        options.UseDurableSqlite(directory.QueueDatabase);
        await using var db = new QueueDb(options.Options);
        db.Messages.Add(new QueueDbMessage
        {
            Id = id,
            Sender = "sender@there.example",
            ReceivedAt = now,
            MayBounce = true,
            Length = Content.Length,
            Sha256 = SHA256.HashData(Content),
            Content = Content,
        });
        db.Deliveries.Add(new QueueDbDelivery
        {
            Id = MailId.New(now).Value,
            MessageId = id,
            Destination = destination,
            Domain = target.Destination.Domain,
            Aliases = AliasList.Write(target.Aliases),
            AliasDomains = AliasDomains.Of(target.Aliases),
            DueAt = now + TimeSpan.FromDays(1),
            AgesFrom = now,
        });
        await db.SaveChangesAsync(CancellationToken.None);
        return new MailId(id).ToString();
    }
}
