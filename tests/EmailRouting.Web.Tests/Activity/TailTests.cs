using System.Diagnostics.Metrics;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using EmailRouting.Web.Activity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Web.Tests.Activity;

public sealed class TailTests : IDisposable
{
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly ActivityFeed _feed = new();
    private readonly ActivityLog _log;
    private readonly Tail _tail;

    public TailTests()
    {
        var metrics = new ActivityMetrics(_services.GetRequiredService<IMeterFactory>());
        _log = new ActivityLog(Options.Create(new ActivityOptions()), _feed, metrics, _clock, NullLogger<ActivityLog>.Instance);
        _tail = new Tail(_feed, _log, _clock, _leaving.Token);
    }

    [Fact]
    public async Task Whoever_begins_to_watch_looks_once_more_for_what_came_just_before()
    {
        _tail.Watch(domains: null);

        Task first = _tail.ComeAsync();
        Assert.False(first.IsCompleted);
        _clock.Advance(Afterwards);
        await EndAsync(first);

        Task second = _tail.ComeAsync();
        _clock.Advance(Afterwards * 10);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Nobody_stops_looking_before_all_is_written()
    {
        _tail.Watch(domains: null);
        Happen();

        // The first time for what happened; then, as nobody here writes it, again and again.
        await EndAsync(_tail.ComeAsync());
        for (int i = 0; i < 3; i++)
        {
            Task again = _tail.ComeAsync();
            Assert.False(again.IsCompleted);
            _clock.Advance(Afterwards);
            await EndAsync(again);
        }
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _tail.Dispose();
        _leaving.Dispose();
        _services.Dispose();
    }

    private static Task EndAsync(Task come) => come.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    private void Happen()
    {
        Assert.True(EmailAddress.TryParse("in@in.example", out EmailAddress? inbox));
        _log.Ended(MailId.New(_clock.GetUtcNow()), new Target(inbox, []), "dropped", "of no more use");
    }
}
