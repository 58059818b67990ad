using System.Net;
using EmailRouting.Delivery;
using EmailRouting.Network;
using EmailRouting.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class NextHopsTests
{
    private static readonly OwnIdentity Ourselves = new("router.example", [new IPEndPoint(IPAddress.Parse("9.9.9.1"), 25)], [IPAddress.Parse("9.9.9.2")]);

    [Theory]
    [InlineData("10 a,20 b", "", "a b")]
    [InlineData("20 b,10 a", "", "a b")]
    [InlineData("", "", "d")] // the domain itself, where there is no MX
    [InlineData("10 a,20 router.example,30 b", "", "a")]
    [InlineData("10 a,10 self", "", "5.4.6")] // equally preferred is not more preferred
    [InlineData("10 a,20 self,30 b", "", "a")]
    [InlineData("10 public-self,20 a", "", "5.4.6")]
    [InlineData("0 .", "", "5.1.10")]
    [InlineData("10 private", "", "5.4.4")]
    [InlineData("10 private,20 b", "", "b")]
    [InlineData("10 gone", "", "5.4.4")]
    [InlineData("10 gone", "a gone", "4.4.3")]
    [InlineData("10 a,20 b", "a a", "b")]
    [InlineData("10 a", "mx d", "4.4.3")]
    [InlineData(null, "", "5.1.2")]
    public async Task Mx_records_decide_who_is_asked(string? mx, string failing, string expected)
    {
        var resolver = new FakeResolver
        {
            Addresses =
            {
                ["a"] = ["8.8.8.1"], ["b"] = ["8.8.8.2"], ["router.example"] = ["8.8.8.3"], ["self"] = ["9.9.9.1"], ["public-self"] = ["9.9.9.2"], ["private"] = ["10.0.0.1"],
            },
            Failing = { failing },
        };
        if (mx is not null)
        {
            resolver.Mx["d"] = mx.Split(',', StringSplitOptions.RemoveEmptyEntries);
            resolver.Addresses["d"] = ["8.8.8.9"];
        }

        Assert.Equal(expected, Describe(await Of(resolver).ForAsync("d", TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Equal_hosts_are_shuffled()
    {
        var resolver = new FakeResolver { Mx = { ["d"] = ["10 a", "10 b"] }, Addresses = { ["a"] = ["8.8.8.1"], ["b"] = ["8.8.8.2"] } };
        var lots = new Queue<double>([0.9, 0.1]);

        Assert.Equal("b a", Describe(await Of(resolver, random: lots.Dequeue).ForAsync("d", TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Ipv6_comes_first_and_neither_family_uses_up_the_attempt()
    {
        var resolver = new FakeResolver
        {
            Mx = { ["d"] = ["10 a", "20 b", "30 c"] },
            Addresses = { ["a"] = ["8.8.8.1", "8.8.8.2", "2a00::1", "2a00::2"], ["b"] = ["8.8.8.3", "2a00::3"], ["c"] = ["8.8.8.4", "8.8.8.5"] },
        };

        var route = Assert.IsType<Route.Through>(await Of(resolver).ForAsync("d", TestContext.Current.CancellationToken));

        Assert.Equal(["2a00::1", "8.8.8.1", "2a00::3", "8.8.8.3", "8.8.8.4"], route.Hops.Select(hop => hop.EndPoint.Address.ToString()));
    }

    [Theory]
    [InlineData("[8.8.8.1]", "[8.8.8.1]")]
    [InlineData("[IPv6:2a00::1]", "[IPv6:2a00::1]")]
    [InlineData("[127.0.0.1]", "5.4.4")]
    [InlineData("[9.9.9.1]", "5.4.6")]
    [InlineData("[x]", "5.1.2")]
    public async Task An_address_literal_is_its_own_host(string domain, string expected) =>
        Assert.Equal(expected, Describe(await Of(new FakeResolver()).ForAsync(domain, TestContext.Current.CancellationToken)));

    [Theory]
    [InlineData("smtp://127.0.0.1:2526", "127.0.0.1")]
    [InlineData("smtp://localhost:2526", "localhost localhost")]
    [InlineData("smtp://relay:2526", "relay")]
    [InlineData("smtp://missing:2526", "4.4.4")]
    public async Task A_smarthost_takes_all_mail_wherever_it_is(string smarthost, string expected)
    {
        var resolver = new FakeResolver { Addresses = { ["relay"] = ["10.0.0.1"] } };

        Assert.Equal(expected, Describe(await Of(resolver, smarthost).ForAsync("d", TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.128.0.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2a00:1450:4001::1", true)]
    public void Only_public_addresses_are_delivered_to(string address, bool isPublic) =>
        Assert.Equal(isPublic, AddressScope.IsPublic(IPAddress.Parse(address)));

    private static NextHops Of(FakeResolver resolver, string smarthost = "", Func<double>? random = null)
    {
        IOptions<DeliveryOptions> options = Options.Create(new DeliveryOptions { Smarthost = smarthost });
        var allowed = new AllowedAddresses(Ourselves, options);
        var fetcher = new MtaStsFetcher(resolver, allowed, CertificateTrust.OfTheSystem, TimeProvider.System);
        var policies = new MtaStsPolicies(resolver, fetcher, TimeProvider.System, NullLogger<MtaStsPolicies>.Instance);
        return new NextHops(resolver, Ourselves, allowed, policies, options, random ?? (() => 0));
    }

    private static string Describe(Route route) => route switch
    {
        Route.Through through => string.Join(' ', through.Hops.Select(hop => hop.Host)),
        Route.Nowhere { Outcome: DeliveryOutcome.Refused refused } => refused.Reply.Status,
        Route.Nowhere { Outcome: DeliveryOutcome.Deferred deferred } => deferred.Reply.Status,
        _ => throw new InvalidOperationException(),
    };
}
