using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailRouting.Dns;
using EmailRouting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Dns;

public sealed class DnsResolverTests : IAsyncDisposable
{
    private readonly ScriptedNameServer _server = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().AddSingleton<DnsMetrics>().BuildServiceProvider();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private DnsResolver Resolver => To(_server.EndPoint);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _metrics.DisposeAsync();
    }

    [Fact]
    public async Task Mail_exchanges_come_with_their_preference_and_without_the_final_dot()
    {
        _server.On("MX example.com", "example.com MX 10 mx1.example.com", "example.com MX 20 mx2.example.net");

        Assert.Equal(
            [new MailExchange(10, "mx1.example.com"), new MailExchange(20, "mx2.example.net")],
            Found(await Resolver.MailExchangesAsync("example.com", Stop)));
    }

    [Fact]
    public async Task The_null_mx_is_an_exchange_without_a_name()
    {
        _server.On("MX example.com", "example.com MX 0 .");

        Assert.Equal([new MailExchange(0, "")], Found(await Resolver.MailExchangesAsync("example.com", Stop)));
    }

    [Fact]
    public async Task Addresses_are_those_of_both_families()
    {
        _server.On("A mx.example.com", "mx.example.com A 192.0.2.1").On("AAAA mx.example.com", "mx.example.com AAAA 2001:db8::1");

        Assert.Equal(
            ["192.0.2.1", "2001:db8::1"], Found(await Resolver.AddressesAsync("mx.example.com", Stop)).Select(address => address.ToString()).Order());
    }

    [Fact]
    public async Task One_family_is_enough_though_the_other_fails()
    {
        _server.On("A mx.example.com", "mx.example.com A 192.0.2.1").On("AAAA mx.example.com", new NameServerReply.Answer(2));

        Assert.Equal([IPAddress.Parse("192.0.2.1")], Found(await Resolver.AddressesAsync("mx.example.com", Stop)));
    }

    [Fact]
    public async Task No_address_is_certain_only_when_both_families_say_so()
    {
        _server.On("A half.example").On("AAAA half.example", new NameServerReply.Answer(2)).On("A none.example").On("AAAA none.example");

        Assert.IsType<DnsAnswer<IPAddress>.Failed>(await Resolver.AddressesAsync("half.example", Stop));
        Assert.Equal(new DnsAnswer<IPAddress>.None(NameExists: true), await Resolver.AddressesAsync("none.example", Stop));
    }

    [Fact]
    public async Task Strings_of_a_text_record_are_joined()
    {
        _server.On("TXT example.com", "example.com TXT v=spf1 ip4:192.0.2.0/24| -all", "example.com TXT other");

        Assert.Equal(["v=spf1 ip4:192.0.2.0/24 -all", "other"], Found(await Resolver.TextsAsync("example.com", Stop)));
    }

    [Fact]
    public async Task Names_of_an_address_are_asked_for_in_its_reverse_zone()
    {
        _server.On("PTR 1.2.0.192.in-addr.arpa", "1.2.0.192.in-addr.arpa PTR mx.example.com");

        Assert.Equal(["mx.example.com"], Found(await Resolver.NamesAsync(IPAddress.Parse("192.0.2.1"), Stop)));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_and_one_without_such_records_are_told_apart()
    {
        _server.On("MX bare.example");

        Assert.Equal(new DnsAnswer<MailExchange>.None(NameExists: false), await Resolver.MailExchangesAsync("absent.example", Stop));
        Assert.Equal(new DnsAnswer<MailExchange>.None(NameExists: true), await Resolver.MailExchangesAsync("bare.example", Stop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Every_other_code_is_a_failure(int code)
    {
        _server.On("MX example.com", new NameServerReply.Answer(code));

        var failed = Assert.IsType<DnsAnswer<MailExchange>.Failed>(await Resolver.MailExchangesAsync("example.com", Stop));
        Assert.Equal(code == 2, failed.Reason == "SERVFAIL");
        Assert.Equal(code == 5, failed.Reason == "REFUSED");
    }

    [Fact]
    public async Task Silence_is_a_failure_after_every_retry()
    {
        _server.On("MX example.com", new NameServerReply.Silence());

        Assert.Equal(new DnsAnswer<MailExchange>.Failed("timed out"), await Resolver.MailExchangesAsync("example.com", Stop));
        Assert.Equal(2, _server.Asked.Count);
    }

    [Fact]
    public async Task A_second_server_answers_for_one_that_is_silent()
    {
        await using var silent = new ScriptedNameServer();
        silent.On("MX example.com", new NameServerReply.Silence());
        _server.On("MX example.com", "example.com MX 10 mx.example.com");

        Assert.Single(Found(await To(silent.EndPoint, _server.EndPoint).MailExchangesAsync("example.com", Stop)));
    }

    [Fact]
    public async Task Where_nobody_listens_the_answer_is_a_failure()
    {
        // Bound and never read, then gone: nobody else can be given the port in between.
        IPEndPoint nobody;
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            nobody = (IPEndPoint)socket.LocalEndPoint!;
        }

        Assert.IsType<DnsAnswer<MailExchange>.Failed>(await To(nobody).MailExchangesAsync("example.com", Stop));
    }

    [Fact]
    public async Task Giving_up_is_a_failure()
    {
        _server.On("MX example.com", new NameServerReply.Silence());
        using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        Assert.IsType<DnsAnswer<MailExchange>.Failed>(await Resolver.MailExchangesAsync("example.com", impatience.Token));
    }

    [Fact]
    public async Task What_does_not_fit_is_asked_for_over_tcp()
    {
        string[] lines = [.. Enumerable.Range(0, 200).Select(i => $"example.com MX 10 mx{i}.example.com")];
        _server.On("MX example.com", new NameServerReply.OnlyOverTcp(lines));

        Assert.Equal(200, Found(await Resolver.MailExchangesAsync("example.com", Stop)).Length);
        Assert.Equal(["udp MX example.com", "tcp MX example.com"], _server.Asked);
    }

    [Fact]
    public async Task What_does_not_fit_and_is_not_given_over_tcp_is_a_failure()
    {
        _server.On("MX example.com", new NameServerReply.TruncatedForEver());

        Assert.IsType<DnsAnswer<MailExchange>.Failed>(await Resolver.MailExchangesAsync("example.com", Stop));
    }

    [Fact]
    public async Task A_chain_of_aliases_in_one_answer_is_followed()
    {
        _server.On(
            "MX a.example", "b.example CNAME c.example", "a.example CNAME b.example", "c.example MX 10 mx.example");

        Assert.Equal([new MailExchange(10, "mx.example")], Found(await Resolver.MailExchangesAsync("a.example", Stop)));
    }

    [Fact]
    public async Task A_chain_of_aliases_is_followed_to_its_end_in_whatever_order_it_comes()
    {
        _server.On("MX a.example", "b.example CNAME c.example", "a.example CNAME b.example").On("MX c.example", "c.example MX 10 mx.example");

        Assert.Equal([new MailExchange(10, "mx.example")], Found(await Resolver.MailExchangesAsync("a.example", Stop)));
        Assert.Equal(["udp MX a.example", "udp MX c.example"], _server.Asked);
    }

    [Fact]
    public async Task An_alias_of_a_name_that_does_not_exist_leads_nowhere()
    {
        _server.On("MX a.example", "a.example CNAME absent.example");

        Assert.Equal(new DnsAnswer<MailExchange>.None(NameExists: false), await Resolver.MailExchangesAsync("a.example", Stop));
    }

    [Theory]
    [InlineData("a.example CNAME a.example")]
    [InlineData("a.example CNAME b.example", "b.example CNAME a.example")]
    public async Task Aliases_in_a_circle_are_a_failure(params string[] lines)
    {
        _server.On("MX a.example", lines).On("MX b.example", lines);

        Assert.IsType<DnsAnswer<MailExchange>.Failed>(await Resolver.MailExchangesAsync("a.example", Stop));
    }

    [Fact]
    public async Task Aliases_in_a_circle_over_several_answers_are_a_failure()
    {
        _server.On("MX a.example", "a.example CNAME b.example").On("MX b.example", "b.example CNAME a.example");

        Assert.IsType<DnsAnswer<MailExchange>.Failed>(await Resolver.MailExchangesAsync("a.example", Stop));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("", false)]
    [InlineData("8180", true)]
    [InlineData("818000010001000000000161", true)]
    [InlineData("81800001000100000000016100000F0001C0FFC0FF", true)]
    [InlineData("8180000100010000000001610000 0F0001C00C000F00010000012CFFFF000A", true)]
    [InlineData("818000010001000000000161000 00F0001C00C000F00010000012C0004000AC021", true)]
    [InlineData("8180FFFFFFFFFFFFFFFF", true)]
    [InlineData("0102030405060708090A0B0C0D0E0F", false)]
    public async Task Garbage_is_a_failure(string hex, bool keepsId)
    {
        byte[] octets = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        _server.On("MX a", new NameServerReply.Raw(octets, keepsId));

        DnsAnswer<MailExchange> answer = await Resolver.MailExchangesAsync("a", Stop);
        Assert.True(answer is DnsAnswer<MailExchange>.Failed, answer is DnsAnswer<MailExchange>.Found found ? string.Join(' ', found.Records) : answer.ToString());
    }

    [Fact]
    public async Task Random_octets_never_make_an_exception()
    {
        var dice = new Random(20260301);
        DnsResolver resolver = To(_server.EndPoint, TimeSpan.FromMilliseconds(20), retries: 0);
        for (int round = 0; round < 300; round++)
        {
            byte[] octets = new byte[dice.Next(10, 120)];
            dice.NextBytes(octets);

            // A header that passes, so that the octets behind it are looked at: a response to one question with a few answers.
            ((ReadOnlySpan<byte>)[0x81, 0x80, 0, 1, 0, (byte)dice.Next(1, 4), 0, 0, 0, 0]).CopyTo(octets);
            string name = $"n{round}.example";
            _server.On($"TXT {name}", new NameServerReply.Raw(octets, KeepsId: true));

            Assert.NotNull(await resolver.TextsAsync(name, Stop));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("-")]
    [InlineData("white space.example")]
    [InlineData("nul\0.example")]
    [InlineData("\ud800.example")]
    [InlineData("xn--\u00fc.example")]
    [InlineData("*.example")]
    public async Task A_name_that_nobody_can_have_makes_no_exception(string name)
    {
        Assert.IsNotType<DnsAnswer<MailExchange>.Found>(await Resolver.MailExchangesAsync(name, Stop));
    }

    [Fact]
    public async Task A_name_that_is_too_long_does_not_exist()
    {
        Assert.Equal(new DnsAnswer<string>.None(NameExists: false), await Resolver.TextsAsync($"{new string('a', 64)}.example", Stop));
        Assert.Equal(new DnsAnswer<string>.None(NameExists: false), await Resolver.TextsAsync(string.Concat(Enumerable.Repeat("abcdefg.", 40)), Stop));
        Assert.Empty(_server.Asked);
    }

    [Fact]
    public async Task Each_family_is_asked_for_on_its_own()
    {
        _server.On("A mx.example.com", "mx.example.com A 192.0.2.1").On("AAAA mx.example.com", "mx.example.com AAAA 2001:db8::1");

        Assert.Equal([IPAddress.Parse("192.0.2.1")], Found(await Resolver.AddressesAsync("mx.example.com", AddressFamily.InterNetwork, Stop)));
        Assert.Equal([IPAddress.Parse("2001:db8::1")], Found(await Resolver.AddressesAsync("mx.example.com", AddressFamily.InterNetworkV6, Stop)));
        Assert.Equal(["udp A mx.example.com", "udp AAAA mx.example.com"], _server.Asked);
    }

    [Fact]
    public async Task A_record_is_kept_as_long_as_its_least_ttl_says()
    {
        DnsResolver resolver = Resolver;
        _server.On("MX example.com", "example.com@600 CNAME other.example", "other.example@60 MX 10 mx.example.com", "other.example@120 MX 20 mx.example.com");

        await resolver.MailExchangesAsync("example.com", Stop);
        _clock.Advance(TimeSpan.FromSeconds(59));
        await resolver.MailExchangesAsync("EXAMPLE.com.", Stop);
        Assert.Single(_server.Asked);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await resolver.MailExchangesAsync("example.com", Stop);
        Assert.Equal(2, _server.Asked.Count);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(100_000_000, 3600)]
    public async Task The_ttl_of_a_record_has_bounds(int ttl, int seconds)
    {
        DnsResolver resolver = Resolver;
        _server.On("TXT example.com", $"example.com@{ttl} TXT x");

        await AssertKeptForAsync(seconds, () => resolver.TextsAsync("example.com", Stop));
    }

    [Theory]
    [InlineData("com@3600 SOA 20", 20)]
    [InlineData("com@20 SOA 3600", 20)]
    [InlineData("com@3600 SOA 3600", 60)]
    [InlineData("com@0 SOA 0", 5)]
    public async Task That_there_is_nothing_is_kept_as_the_zone_says_but_not_for_long(string soa, int seconds)
    {
        DnsResolver resolver = Resolver;
        _server.On("TXT bare.example.com", soa).On("TXT absent.example.com", new NameServerReply.Answer(3, soa));

        await AssertKeptForAsync(seconds, () => resolver.TextsAsync("bare.example.com", Stop));
        await AssertKeptForAsync(seconds, () => resolver.TextsAsync("absent.example.com", Stop));
    }

    [Fact]
    public async Task A_failure_is_kept_for_moments()
    {
        DnsResolver resolver = Resolver;
        _server.On("MX example.com", new NameServerReply.Answer(2));
        Assert.IsType<DnsAnswer<MailExchange>.Failed>(await resolver.MailExchangesAsync("example.com", Stop));
        _server.On("MX example.com", "example.com MX 10 mx.example.com");

        Assert.IsType<DnsAnswer<MailExchange>.Failed>(await resolver.MailExchangesAsync("example.com", Stop));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Found(await resolver.MailExchangesAsync("example.com", Stop));
    }

    [Fact]
    public async Task A_hundred_who_ask_alike_at_once_are_one_question()
    {
        DnsResolver resolver = Resolver;
        _server.On("TXT example.com", "example.com TXT x");

        DnsAnswer<string>[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => resolver.TextsAsync("example.com", Stop)));

        Assert.All(answers, answer => Assert.Equal(["x"], Found(answer)));
        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task A_text_of_four_kilobytes_comes_whole()
    {
        string[] strings = [.. Enumerable.Range(0, 17).Select(i => new string((char)('a' + i), 250))];
        _server.On("TXT example.com", new NameServerReply.OnlyOverTcp($"example.com TXT {string.Join('|', strings)}"));

        Assert.Equal([string.Concat(strings)], Found(await Resolver.TextsAsync("example.com", Stop)));
    }

    private async Task AssertKeptForAsync(int seconds, Func<Task> ask)
    {
        await ask();
        int asked = _server.Asked.Count;
        _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        await ask();
        Assert.Equal(asked, _server.Asked.Count);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await ask();
        Assert.True(_server.Asked.Count > asked);
    }

    private static ImmutableArray<T> Found<T>(DnsAnswer<T> answer) => Assert.IsType<DnsAnswer<T>.Found>(answer).Records;

    private DnsResolver To(params IPEndPoint[] servers) => new(Options.Create(new DnsOptions
    {
        Servers = string.Join(';', servers.Select(server => server.ToString())),
        Timeout = TimeSpan.FromMilliseconds(500),
        Retries = 1,
    }), _metrics.GetRequiredService<DnsMetrics>(), _clock);

    private DnsResolver To(IPEndPoint server, TimeSpan timeout, int retries) =>
        new(Options.Create(new DnsOptions { Servers = server.ToString(), Timeout = timeout, Retries = retries }), _metrics.GetRequiredService<DnsMetrics>(), _clock);
}
