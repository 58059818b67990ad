using System.Diagnostics.Metrics;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

/// <summary>From the log to the database, as the server runs it.</summary>
public sealed class ActivityWriterTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ActivityFeed _feed = new();
    private ActivityOnDisk _activity = null!;
    private ActivityLog _log = null!;
    private ActivityWriter _writer = null!;

    public async ValueTask InitializeAsync()
    {
        _activity = await ActivityOnDisk.CreateAsync();
        IOptions<ActivityOptions> options = Options.Create(new ActivityOptions { Retention = TimeSpan.FromDays(36500) });
        var metrics = new ActivityMetrics(_services.GetRequiredService<IMeterFactory>());
        _log = new ActivityLog(options, _feed, metrics, TimeProvider.System, NullLogger<ActivityLog>.Instance);
        _writer = new ActivityWriter(_log, _activity.Databases, _activity.Statements, _activity.Index, metrics, options, TimeProvider.System, NullLogger<ActivityWriter>.Instance);
    }

    [Fact]
    public async Task What_is_taken_is_soon_written_and_known_to_the_search_index()
    {
        await _writer.StartAsync(TestContext.Current.CancellationToken);
        using ActivitySubscription watching = _feed.Subscribe(domains: null, buffer: 10);
        MailId id = Id();

        _log.Received(Received(id, "queued"));

        Assert.True(watching.TryRead(out ActivityRecord? seen));
        Assert.Equal(id, Assert.IsType<MessageRecord>(seen).Id);
        await Eventually.TrueAsync(
            async () => await _activity.ScalarAsync("SELECT COUNT(*) FROM \"MessageWords\" WHERE \"MessageWords\" MATCH '\"sender\"'") == 1,
            Patience, () => "not in the index", TestContext.Current.CancellationToken);
        Assert.Equal(0, await _activity.ScalarAsync("SELECT COUNT(*) FROM \"StaleWords\""));
    }

    [Fact]
    public async Task What_another_run_left_stale_is_made_up_for_at_the_start()
    {
        await _activity.WriteAsync(Received(Id(), "delivered"));

        await _writer.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(
            async () => await _activity.ScalarAsync("SELECT COUNT(*) FROM \"StaleWords\"") == 0, Patience, () => "still stale", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_stop_writes_what_is_left()
    {
        await _writer.StartAsync(TestContext.Current.CancellationToken);
        MailId[] ids = [.. Enumerable.Range(0, 5000).Select(_ => Id())];
        foreach (MailId id in ids)
        {
            _log.Received(Received(id, "delivered"));
        }

        await _writer.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(5000, await _activity.ScalarAsync("SELECT COUNT(*) FROM \"Messages\""));
        Assert.Equal(5000, (await _activity.CountsAsync()).Totals.Values.Sum());
        Assert.Equal([ids[^1]], await _activity.FindAsync(new ActivityFilter { MessageId = ids[^1], Text = "sender" }));
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync(CancellationToken.None);
        _writer.Dispose();
        await _services.DisposeAsync();
        await _activity.DisposeAsync();
    }
}
