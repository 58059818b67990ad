using EmailRouting.Delivery;
using EmailRouting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Delivery;

/// <summary>Mail for a domain that has a policy, by MX, with an authority that the test alone trusts.</summary>
public sealed class MtaStsTests : IAsyncDisposable
{
    private const string Host = "mx.inbox.example";
    private const string Enforcing = $"version: STSv1\r\nmode: enforce\r\nmx: {Host}\r\nmax_age: 86400\r\n";

    private readonly TestAuthority _authority = new();
    private readonly ScriptedHttpsServer _web;
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeResolver _resolver = new()
    {
        Mx = { ["inbox.example"] = [$"10 {Host}"] },
        Txt = { ["_mta-sts.inbox.example"] = ["v=STSv1; id=1"] },
        Addresses = { [Host] = ["127.0.0.1"], ["mta-sts.inbox.example"] = ["127.0.0.1"] },
    };

    public MtaStsTests() => _web = new ScriptedHttpsServer(_authority.Issue("mta-sts.inbox.example")).SayFile(Enforcing);

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_host_that_the_policy_lists_and_whose_certificate_verifies_takes_the_mail()
    {
        await using var remote = new ScriptedSmtpServer("STARTTLS") { Certificate = _authority.Issue("*.inbox.example") };
        await using Post post = To(remote);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
        Assert.Matches(@"^TLS1\.[23] \S+ certificate=verified mta-sts=enforce$", attempt.Tls);
        Assert.Equal(["GET /.well-known/mta-sts.txt HTTP/1.1 mta-sts.inbox.example"], _web.Requests);
    }

    [Theory]
    [InlineData("self-signed")]
    [InlineData("name-mismatch")]
    [InlineData("expired")]
    [InlineData("untrusted")]
    public async Task A_certificate_that_does_not_verify_defers_the_mail_and_says_why(string kind)
    {
        using var stranger = new TestAuthority();
        await using var remote = new ScriptedSmtpServer("STARTTLS")
        {
            Certificate = kind switch
            {
                "self-signed" => SelfSignedCertificate.For(Host),
                "name-mismatch" => _authority.Issue("inbox.example", "*.mx.inbox.example"),
                "expired" => _authority.IssueExpired(Host),
                _ => stranger.Issue(Host),
            },
        };
        await using Post post = To(remote);

        var deferred = Assert.IsType<DeliveryOutcome.Deferred>((await post.SendAsync(Post.Consignment())).Outcome);

        Assert.Equal((451, "4.7.5"), (deferred.Reply.Code, deferred.Reply.Status));
        Assert.Contains("MTA-STS", deferred.Reply.Text, StringComparison.Ordinal);
        Assert.EndsWith(kind, deferred.Reply.Text, StringComparison.Ordinal);
        Assert.Empty(remote.Messages);
        Assert.DoesNotContain(remote.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_offers_no_tls_or_breaks_it_gets_nothing_in_clear_text()
    {
        await using var plain = new ScriptedSmtpServer();
        await using var refusing = new ScriptedSmtpServer("STARTTLS");
        await using var broken = new ScriptedSmtpServer("STARTTLS");
        refusing.At("STARTTLS", Reaction.Say("454 4.7.0 not now"));
        broken.At("STARTTLS", Reaction.SayAndClose("220 2.0.0 go"));
        foreach (ScriptedSmtpServer remote in new[] { plain, refusing, broken })
        {
            await using Post post = To(remote);
            Assert.IsType<DeliveryOutcome.Deferred>((await post.SendAsync(Post.Consignment())).Outcome);
            Assert.Empty(remote.Messages);
            Assert.Equal(1, remote.Connections);
        }
    }

    [Fact]
    public async Task A_host_that_the_policy_does_not_list_is_not_connected_to()
    {
        _web.SayFile(Enforcing.Replace(Host, "other.example", StringComparison.Ordinal));
        await using var remote = new ScriptedSmtpServer("STARTTLS") { Certificate = _authority.Issue(Host) };
        await using Post post = To(remote);

        var deferred = Assert.IsType<DeliveryOutcome.Deferred>((await post.SendAsync(Post.Consignment())).Outcome);

        Assert.Equal("4.7.5", deferred.Reply.Status);
        Assert.Contains(Host, deferred.Reply.Text, StringComparison.Ordinal);
        Assert.Equal(0, remote.Connections);
    }

    [Theory]
    [InlineData(Host)]
    [InlineData("*.inbox.example")]
    public async Task A_host_that_does_not_fit_is_skipped_for_one_that_does(string pattern)
    {
        // The better host is not listed, or else shows a certificate for the other.
        _resolver.Mx["inbox.example"] = ["5 better.inbox.example", $"10 {Host}"];
        _resolver.Addresses["better.inbox.example"] = ["127.0.0.1"];
        _web.SayFile(Enforcing.Replace(Host, pattern, StringComparison.Ordinal));
        await using var remote = new ScriptedSmtpServer("STARTTLS") { Certificate = _authority.Issue(Host) };
        await using Post post = To(remote);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
        Assert.Equal(Host, attempt.Host);
    }

    [Fact]
    public async Task A_policy_on_trial_changes_nothing_but_the_log()
    {
        _web.SayFile("version: STSv1\nmode: testing\nmx: other.example\nmax_age: 86400\n");
        await using var remote = new ScriptedSmtpServer("STARTTLS") { Certificate = SelfSignedCertificate.For("remote.example") };
        await using Post post = To(remote);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
        Assert.EndsWith("certificate=self-signed mta-sts=testing", attempt.Tls, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Domains_with_and_without_a_policy_share_a_host_but_no_connection()
    {
        _resolver.Mx["plain.example"] = [$"10 {Host}"];
        await using var remote = new ScriptedSmtpServer("STARTTLS") { Certificate = _authority.Issue(Host) };
        await using Post post = To(remote);

        await post.SendAsync(Post.Consignment(to: "you@plain.example"));
        await post.SendAsync(Post.Consignment());
        await post.SendAsync(Post.Consignment());
        await post.SendAsync(Post.Consignment(to: "you@plain.example"));

        Assert.Equal((2, 4), (remote.Connections, remote.Messages.Count));
    }

    [Fact]
    public async Task Where_no_tls_is_wanted_no_policy_is_asked_for()
    {
        await using var remote = new ScriptedSmtpServer("STARTTLS");
        await using Post post = To(remote, ("Tls", "None"));

        Assert.IsType<DeliveryOutcome.Delivered>((await post.SendAsync(Post.Consignment())).Outcome);
        Assert.DoesNotContain("txt _mta-sts.inbox.example", _resolver.Asked);
    }

    [Theory]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: https://mta-sts.inbox.example/policy\r\nContent-Length: 0\r\n\r\n", "HTTP 301")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n", "HTTP 404")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n", "the file is 'text/html', not text/plain")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello", "the file is not a policy")]
    [InlineData("220 mx.example ESMTP\r\n", null)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\nversion: STSv1\r\n", null)]
    public async Task What_is_not_a_policy_in_its_place_is_not_taken(string response, string? failure)
    {
        _web.Say(response);
        using MtaStsFetcher fetcher = Fetcher();

        (MtaStsPolicy? policy, string reason) = await fetcher.FetchAsync("inbox.example");

        Assert.Null(policy);
        Assert.NotEmpty(reason);
        Assert.Equal(failure ?? reason, reason);
        Assert.Single(_web.Requests);
    }

    [Fact]
    public async Task A_file_without_end_is_given_up()
    {
        _web.SayFile(Enforcing + new string('\n', 64 * 1024));
        using MtaStsFetcher fetcher = Fetcher();

        Assert.Equal((null, "the file is over 64 KiB"), await fetcher.FetchAsync("inbox.example"));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        _web.Say(string.Empty);
        using MtaStsFetcher fetcher = Fetcher();
        Task<(MtaStsPolicy? Policy, string Failure)> fetch = fetcher.FetchAsync("inbox.example");
        await SoonAsync(() => Task.FromResult(!_web.Requests.IsEmpty));
        _clock.Advance(MtaStsFetcher.Limit);

        Assert.Equal((null, "no answer in time"), await fetch);
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_is_not_taken()
    {
        _resolver.Addresses["mta-sts.other.example"] = ["127.0.0.1"];
        using MtaStsFetcher fetcher = Fetcher();
        Assert.Null((await fetcher.FetchAsync("other.example")).Policy);

        using MtaStsFetcher suspicious = Fetcher(trust: CertificateTrust.OfTheSystem);
        Assert.Null((await suspicious.FetchAsync("inbox.example")).Policy);
        Assert.Empty(_web.Requests);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    public async Task A_policy_is_not_fetched_from_where_no_mail_may_go(string address)
    {
        _resolver.Addresses["mta-sts.inbox.example"] = [address];
        using MtaStsFetcher fetcher = Fetcher(networks: string.Empty);

        (MtaStsPolicy? policy, string failure) = await fetcher.FetchAsync("inbox.example");

        Assert.Null(policy);
        Assert.Contains("not public", failure, StringComparison.Ordinal);
        Assert.Empty(_web.Requests);
    }

    [Fact]
    public async Task A_policy_is_fetched_once_and_again_when_it_is_announced_anew()
    {
        MtaStsPolicies policies = Policies();

        MtaStsPolicy?[] held = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ForAsync(policies)));
        Assert.All(held, policy => Assert.NotNull(policy));
        Assert.Single(_web.Requests);

        _resolver.Txt["_mta-sts.inbox.example"] = ["v=STSv1; id=2"];
        _web.SayFile(Enforcing.Replace(Host, "new.inbox.example", StringComparison.Ordinal));
        Assert.True((await ForAsync(policies))!.Lists("new.inbox.example"));
        Assert.Equal(2, _web.Requests.Count);
    }

    [Fact]
    public async Task A_policy_that_was_seen_holds_until_its_time_is_over_whatever_becomes_of_it()
    {
        MtaStsPolicies policies = Policies();
        Assert.NotNull(await ForAsync(policies));

        _resolver.Txt["_mta-sts.inbox.example"] = ["v=STSv1; id=2"];
        _web.Say("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
        Assert.NotNull(await ForAsync(policies));
        _resolver.Txt.Remove("_mta-sts.inbox.example");
        Assert.NotNull(await ForAsync(policies));
        _resolver.Failing.Add("txt _mta-sts.inbox.example");
        Assert.NotNull(await ForAsync(policies));

        _clock.Advance(TimeSpan.FromSeconds(86400));
        Assert.Null(await ForAsync(policies));
    }

    [Fact]
    public async Task A_fetch_that_failed_is_not_repeated_at_once()
    {
        _web.Say("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
        MtaStsPolicies policies = Policies();

        Assert.Null(await ForAsync(policies));
        Assert.Null(await ForAsync(policies));
        Assert.Single(_web.Requests);

        _web.SayFile(Enforcing);
        _clock.Advance(MtaStsPolicies.RetryAfter);
        Assert.NotNull(await ForAsync(policies));
    }

    [Fact]
    public async Task A_policy_in_use_is_fetched_again_long_before_it_ends_and_nobody_waits_for_that()
    {
        MtaStsPolicies policies = Policies();
        await ForAsync(policies);
        _clock.Advance(TimeSpan.FromSeconds(86400 / 2));
        _web.SayFile(Enforcing.Replace("enforce", "none", StringComparison.Ordinal));

        Assert.Equal(Network.MtaStsMode.Enforce, (await ForAsync(policies))!.Mode);
        await SoonAsync(async () => (await ForAsync(policies))!.Mode == Network.MtaStsMode.None);
        Assert.Equal(2, _web.Requests.Count);
    }

    private static Task<MtaStsPolicy?> ForAsync(MtaStsPolicies policies) => policies.ForAsync("inbox.example", TestContext.Current.CancellationToken).AsTask();

    private static Task SoonAsync(Func<Task<bool>> condition) =>
        Eventually.TrueAsync(condition, TimeSpan.FromSeconds(30), () => "it did not come", TestContext.Current.CancellationToken);

    private Post To(ScriptedSmtpServer remote, params (string Key, string Value)[] settings) => new(
        _resolver,
        services => services.AddSingleton(new CertificateTrust(_authority.Roots)).AddSingleton(provider => Fetcher()),
        [("Port", remote.EndPoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("AllowedNetworks", "127.0.0.0/8"), .. settings]);

    private MtaStsPolicies Policies() => new(_resolver, Fetcher(), _clock, NullLogger<MtaStsPolicies>.Instance);

    private MtaStsFetcher Fetcher(string networks = "127.0.0.0/8", CertificateTrust? trust = null) => new(
        _resolver,
        new AllowedAddresses(new Network.OwnIdentity("router.example", [], []), Options.Create(new DeliveryOptions { AllowedNetworks = networks })),
        trust ?? new CertificateTrust(_authority.Roots),
        _clock,
        _web.EndPoint.Port);
}
