using System.Buffers;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using EmailRouting.Activity;
using EmailRouting.Benchmarks.Activity;
using EmailRouting.Benchmarks.Load;
using EmailRouting.Delivery;
using EmailRouting.Dns;
using EmailRouting.Mail;
using EmailRouting.Network;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Sqlite;
using EmailRouting.Sqlite.Queue;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailRouting.Benchmarks.Stages;

/// <summary>What each stage costs one message of 4 KiB. Resolving has a benchmark of its own, <see cref="Rules.RuleResolution"/>.</summary>
[MemoryDiagnoser]
public class MessageStages : IAsyncDisposable
{
    private const int Group = 20;
    private const int Batch = 1000;

    private static readonly ReadOnlySequence<byte> Commands = new("MAIL FROM:<someone@origin.test> SIZE=4096 BODY=8BITMIME\r\nRCPT TO:<alias@in.test>\r\nDATA\r\n"u8.ToArray());

    private static readonly byte[] Octets = Encoding.ASCII.GetBytes(
        "From: A <a@origin.test>\r\nTo: b@in.test\r\nSubject: hello\r\nDate: Tue, 3 Jan 2017 12:31:41 -0800\r\nMessage-ID: <1@origin.test>\r\n\r\n"
        + string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog, and once more over it.\r\n", 57)));

    private static readonly byte[] OnTheWire = [.. Octets, .. ".\r\n"u8];

    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("stages-").FullName);
    private readonly MemoryBudget _budget = new(64 * 1024 * 1024);
    private readonly Envelope _envelope = new(Address("someone@origin.test"), MailParameters.None);
    private readonly Target _target = new(Address("inbox@far.test"), [new AliasRecipient(Address("alias@in.test"), RcptParameters.None)]);
    private ServiceProvider _services = null!;
    private SqliteQueueStore _store = null!;
    private Sink _sink = null!;
    private ICourier _courier = null!;
    private FilledActivity _activity = null!;
    private ActivityRecord[] _records = null!;
    private int[] _messageOf = null!;
    private MailId[] _ids = null!;
    private MessageContent _content = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _data.Create();
        _content = await TakeInAsync();
        _sink = Sink.Start(new SinkOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Delivery:Smarthost"] = $"smtp://{_sink.EndPoint}",
            ["Delivery:Tls"] = nameof(TlsPolicy.None),
        }).Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IResolver>(new FakeResolver())
            .AddSingleton(new OwnIdentity("mx.in.test", [], []))
            .AddSqliteStorage(_data)
            .AddDelivery(configuration)
            .BuildServiceProvider();
        _courier = _services.GetRequiredService<ICourier>();
        await using (QueueDb queue = await _services.GetRequiredService<IDbContextFactory<QueueDb>>().CreateDbContextAsync())
        {
            await SqliteMigrator.MigrateAsync(queue, CancellationToken.None);
        }

        _store = new SqliteQueueStore(
            _data, new QueueMetrics(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System), TimeProvider.System, NullLogger<SqliteQueueStore>.Instance);
        await _store.OpenAsync(CancellationToken.None);
        _activity = await FilledActivity.CreateAsync();
        _records = [.. new SampleActivity(TimeSpan.FromMilliseconds(1)).Take(Batch, TimeProvider.System.GetUtcNow())];
        MailId[] messages = [.. _records.Select(IdOf).Distinct()];
        _messageOf = [.. _records.Select(record => Array.IndexOf(messages, IdOf(record)))];
        _ids = new MailId[messages.Length];
        if ((await RelayAsync()).Outcome is not DeliveryOutcome.Delivered)
        {
            throw new InvalidOperationException("The sink does not take what is relayed to it");
        }
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _content.Dispose();
        await _store.DisposeAsync();
        await _services.DisposeAsync();
        await _sink.DisposeAsync();
        await _activity.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_data.Path, recursive: true);
    }

    /// <summary>MAIL, RCPT and DATA.</summary>
    [Benchmark]
    public int Parse()
    {
        ReadOnlySequence<byte> rest = Commands;
        int read = 0;
        while (SmtpLine.TryRead(ref rest, SmtpLine.MaxLength, out ReadOnlySequence<byte> line) == LineRead.Complete)
        {
            read += SmtpCommand.Parse(line) is SmtpCommand.Unreadable ? 0 : 1;
        }

        return read;
    }

    /// <summary>From the octets behind DATA to the message with its digest, held in memory.</summary>
    [Benchmark]
    public async ValueTask<long> DecodeAsync()
    {
        using MessageContent content = await TakeInAsync();
        return content.Length;
    }

    /// <summary>Made durable with an fsync, twenty senders at once, and settled.</summary>
    [Benchmark(OperationsPerInvoke = Group)]
    public Task StoreAsync() => Task.WhenAll(Enumerable.Range(0, Group).Select(async _ =>
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        NewDelivery delivery = NewDelivery.Claimed(_target, now, now.AddMinutes(5));
        await _store.AcceptAsync(Mail(now), [delivery], CancellationToken.None);
        await _store.SettleAsync(delivery.Claim, new Settlement.Done(Report: null), now, CancellationToken.None);
    }));

    /// <summary>One attempt at a host on loopback that knows PIPELINING, over a connection of the pool; the host's own work is in the time.</summary>
    [Benchmark]
    public Task<DeliveryAttempt> RelayAsync() =>
        _courier.AttemptAsync(new Consignment(MailId.New(TimeProvider.System.GetUtcNow()), _envelope, _target, _content), CancellationToken.None);

    /// <summary>Both legs of a message in the activity database, in batches as under load.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public Task LogAsync()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        for (int i = 0; i < _ids.Length; i++)
        {
            _ids[i] = MailId.New(now);
        }

        return _activity.WriteAsync(_records.Select((record, i) => record switch
        {
            MessageRecord message => message with { Id = _ids[_messageOf[i]] },
            AttemptRecord attempt => (ActivityRecord)(attempt with { MessageId = _ids[_messageOf[i]] }),
            _ => record,
        }));
    }

    private static MailId IdOf(ActivityRecord record) => record is MessageRecord message ? message.Id : ((AttemptRecord)record).MessageId;

    private async ValueTask<MessageContent> TakeInAsync()
    {
        var decoder = new DotDecoder();

        // What it holds passes on to the content.
        var writer = new ContentWriter(_budget, _data.Spool);
        decoder.Decode(OnTheWire, writer, out _);
        (MessageContent content, _) = await writer.CompleteAsync(CancellationToken.None);
        return content;
    }

    private AcceptedMail Mail(DateTimeOffset now) => new(MailId.New(now), now, _envelope, _content, MayBounce: true);

    private static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new ArgumentException($"{text} is no address");
}
