using System.Diagnostics.Metrics;
using EmailRouting.Delivery;
using EmailRouting.Smtp;
using EmailRouting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class ProvidersTests : IDisposable
{
    private static readonly DeliveryOutcome Taken = new DeliveryOutcome.Delivered(SmtpReply.Ok);
    private static readonly DeliveryOutcome Slower = new DeliveryOutcome.Deferred(new SmtpReply(421, "4.7.28", "unusual rate"));
    private static readonly DeliveryOutcome Blocked = new DeliveryOutcome.Refused(new SmtpReply(550, "5.7.1", "you are on our block list"));

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("gmail-smtp-in.l.google.com", "l.google.com")]
    [InlineData("ASPMX.L.Google.com.", "l.google.com")]
    [InlineData("example-com.mail.protection.outlook.com", "mail.protection.outlook.com")]
    [InlineData("mx.example.com", "example.com")]
    [InlineData("example.com", "example.com")]
    [InlineData("mx.example.co.uk", "example.co.uk")]
    [InlineData("example.co.uk", "example.co.uk")]
    [InlineData("localhost", "localhost")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("[ipv6:2001:db8::1]", "[ipv6:2001:db8::1]")]
    public void A_provider_is_what_its_hosts_have_in_common(string host, string name) => Assert.Equal(name, Providers.NameOf(host));

    [Fact]
    public async Task What_one_domain_hears_holds_for_all_domains_of_the_provider()
    {
        Providers providers = Of(limit: 10);
        await EnterAsync(providers, "a.example");
        await EnterAsync(providers, "b.example");
        providers.Leave("p.example", Slower);

        Assert.False(providers.IsReady("a.example"));
        Assert.False(providers.IsReady("b.example"));
        Assert.True(providers.IsReady("c.example"));
        Assert.Contains("unusual rate", (await EnterAsync(providers, "c.example"))!.Text, StringComparison.Ordinal);

        _clock.Advance(BackOff.First);
        providers.Leave("p.example", outcome: null);
        Assert.True(providers.IsReady("a.example"));
    }

    [Fact]
    public async Task Who_finds_no_place_waits_for_one()
    {
        Providers providers = Of(limit: 1);
        Assert.Null(await EnterAsync(providers));
        Task<SmtpReply?> second = EnterAsync(providers);
        Task<SmtpReply?> third = EnterAsync(providers);
        Assert.False(second.IsCompleted);
        Assert.False(providers.IsReady("a.example"));

        providers.Leave("p.example", Taken);
        Assert.Null(await second);
        Assert.False(third.IsCompleted);
        providers.Leave("p.example", Taken);
        Assert.Null(await third);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_place()
    {
        Providers providers = Of(limit: 1);
        await EnterAsync(providers);
        using var impatience = new CancellationTokenSource();
        Task<SmtpReply?> second = providers.EnterAsync("a.example", "p.example", impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        providers.Leave("p.example", Taken);
        Assert.Null(await EnterAsync(providers));
        Assert.Equal((1, 0), (Assert.Single(providers.Health()).UnderWay, Assert.Single(providers.Health()).Waiting));
    }

    [Fact]
    public async Task Who_waits_when_the_provider_is_paused_is_sent_away()
    {
        Providers providers = Of(limit: 1);
        await EnterAsync(providers);
        providers.Leave("p.example", Blocked);
        await EnterAsync(providers);
        providers.Leave("p.example", Blocked);
        await EnterAsync(providers);
        Task<SmtpReply?> waiting = EnterAsync(providers);
        providers.Leave("p.example", Blocked);

        SmtpReply? reply = await waiting;
        Assert.Equal((451, "4.7.0"), (reply!.Code, reply.Status));
        ProviderHealth health = Assert.Single(providers.Health());
        Assert.Equal(
            (ProviderState.Paused, 0L, 3L, 0.0, 0, 1), (health.State, health.Delivered, health.Refused, health.AcceptanceRate, health.UnderWay, health.Limit));
        Assert.Equal("550 5.7.1 you are on our block list", health.Reason);
        Assert.Equal(3, health.LastReplies.Length);
        Assert.Equal(_clock.GetUtcNow() + ProviderPace.FirstPause, health.Until);
    }

    [Fact]
    public async Task A_rate_is_kept_whatever_the_provider_would_take()
    {
        Providers providers = Of(limit: 100, perMinute: 60);
        Assert.Null(await EnterAsync(providers));
        Task<SmtpReply?> second = EnterAsync(providers);
        Task<SmtpReply?> third = EnterAsync(providers);
        Assert.False(second.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await second);
        Assert.False(third.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await third);
    }

    [Fact]
    public async Task Who_would_wait_for_minutes_is_sent_to_the_queue()
    {
        Providers providers = Of(limit: 100, perMinute: 1);
        Assert.Null(await EnterAsync(providers));
        Task<SmtpReply?> second = EnterAsync(providers);

        Assert.Equal("4.4.5", (await EnterAsync(providers))!.Status);
        Assert.False(providers.IsReady("a.example"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await second);
    }

    [Fact]
    public async Task A_slowed_provider_that_takes_mail_again_becomes_healthy_and_that_is_seen()
    {
        Providers providers = Of(limit: 4);
        await EnterAsync(providers);
        providers.Leave("p.example", Slower);
        Assert.Equal(ProviderState.Slowed, Assert.Single(providers.Health()).State);

        for (int i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Null(await EnterAsync(providers));
            providers.Leave("p.example", Taken);
        }

        ProviderHealth health = Assert.Single(providers.Health());
        Assert.Equal((ProviderState.Healthy, string.Empty, _clock.GetUtcNow(), 0.75), (health.State, health.Reason, health.Since, health.AcceptanceRate));
    }

    [Fact]
    public async Task Under_load_no_place_is_lost()
    {
        Providers providers = Of(limit: 3);
        int inside = 0;
        int most = 0;
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(
            async () =>
            {
                using var impatience = new CancellationTokenSource();
                if (i % 5 == 0)
                {
                    impatience.CancelAfter(i % 7);
                }

                try
                {
                    Assert.Null(await providers.EnterAsync("a.example", "p.example", impatience.Token));
                    int now = Interlocked.Increment(ref inside);
                    most = Math.Max(most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref inside);
                    providers.Leave("p.example", Taken);
                }
                catch (OperationCanceledException)
                {
                    // It was not its turn yet.
                }
            },
            Stop)));

        Assert.InRange(most, 1, 3);
        ProviderHealth health = Assert.Single(providers.Health());
        Assert.Equal((0, 0), (health.UnderWay, health.Waiting));
    }

    [Fact]
    public async Task Mail_is_not_offered_to_a_provider_that_has_us_on_a_list_and_waits_instead_of_bouncing()
    {
        await using var remote = new ScriptedSmtpServer();
        remote.At("RCPT", Reaction.Say("550 5.7.1 Client host blocked using zen.spamhaus.org"));
        var resolver = new FakeResolver
        {
            Mx = { ["inbox.example"] = ["10 mx1.provider.example"], ["other.example"] = ["10 mx2.provider.example"] },
            Addresses = { ["mx1.provider.example"] = ["127.0.0.1"], ["mx2.provider.example"] = ["127.0.0.1"] },
        };
        await using var post = new Post(
            resolver, ("Port", remote.EndPoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("AllowedNetworks", "127.0.0.0/8"));
        for (int i = 0; i < ProviderPace.RefusalsToPause; i++)
        {
            Assert.IsType<DeliveryOutcome.Refused>((await post.SendAsync(Post.Consignment())).Outcome);
        }

        int asked = remote.Commands.Count;
        var deferred = Assert.IsType<DeliveryOutcome.Deferred>((await post.SendAsync(Post.Consignment(to: "you@other.example"))).Outcome);
        Assert.StartsWith("Nothing is sent to provider.example until", deferred.Reply.Text, StringComparison.Ordinal);
        Assert.Equal(asked, remote.Commands.Count);
        Assert.False(post.Courier.IsReady(Post.Address("you@inbox.example")));
    }

    private static Task<SmtpReply?> EnterAsync(Providers providers, string domain = "a.example") => providers.EnterAsync(domain, "p.example", Stop).AsTask();

    private Providers Of(int limit, int perMinute = 0) => new(
        new DeliveryOptions { MaxAttemptsPerHost = limit, MaxMessagesPerMinute = perMinute },
        _clock,
        () => 0,
        new DeliveryMetrics(_services.GetRequiredService<IMeterFactory>()),
        NullLogger<Providers>.Instance);
}
