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
}
