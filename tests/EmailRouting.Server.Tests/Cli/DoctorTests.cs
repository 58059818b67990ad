using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EmailRouting.Diagnosis;
using EmailRouting.Dns;
using EmailRouting.Network;
using EmailRouting.Server.Diagnosis;
using EmailRouting.Testing;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmailRouting.Server.Tests.Cli;

public sealed class DoctorTests : IDisposable
{
    private static readonly IPAddress Public = IPAddress.Parse("8.8.4.4");
    private static readonly OwnIdentity Identity = new("mx.own.test", [new IPEndPoint(IPAddress.Loopback, 25)], [Public]);
    private readonly OperatorProgram _program = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_domain_whose_only_mx_is_our_name_is_well()
    {
        var dns = new FakeResolver { Mx = { ["own.test"] = ["10 MX.own.test"] }, Addresses = { ["MX.own.test"] = ["8.8.4.4"] } };

        Assert.Equal(FindingLevel.Ok, Assert.Single(await MailAsync(dns)).Level);
    }

    [Fact]
    public async Task An_mx_of_another_name_at_our_address_is_ours()
    {
        var dns = new FakeResolver { Mx = { ["own.test"] = ["10 alias.own.test"] }, Addresses = { ["alias.own.test"] = ["8.8.4.4"] } };

        Assert.Equal(FindingLevel.Ok, Assert.Single(await MailAsync(dns)).Level);
    }

    [Theory]
    [InlineData("10 mx.far.example")]
    [InlineData("0 .")]
    [InlineData]
    public async Task A_domain_whose_mail_goes_elsewhere_fails_with_the_record_to_publish(params string[] exchanges)
    {
        var dns = new FakeResolver { Mx = { ["own.test"] = exchanges }, Addresses = { ["mx.far.example"] = ["8.8.8.8"] } };

        Finding finding = Assert.Single(await MailAsync(dns));

        Assert.Equal(FindingLevel.Fail, finding.Level);
        Assert.EndsWith("own.test. MX 10 mx.own.test.", finding.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_mx_beside_ours_is_a_warning_that_names_it()
    {
        var dns = new FakeResolver
        {
            Mx = { ["own.test"] = ["10 mx.own.test", "20 mx.far.example"] },
            Addresses = { ["mx.own.test"] = ["8.8.4.4"], ["mx.far.example"] = ["8.8.8.8"] },
        };

        Finding finding = Assert.Single(await MailAsync(dns));

        Assert.Equal(FindingLevel.Warn, finding.Level);
        Assert.Contains("mx.far.example", finding.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dns_that_does_not_answer_is_no_proof_of_anything()
    {
        var dns = new FakeResolver { Failing = { "mx own.test", "a mx.own.test" } };

        Assert.Equal(FindingLevel.Warn, Assert.Single(await MailAsync(dns)).Level);
        Assert.Equal(FindingLevel.Warn, Assert.Single(await HostNameAsync(dns)).Level);
    }

    [Fact]
    public async Task A_host_name_that_leads_to_us_and_back_is_well()
    {
        var dns = new FakeResolver { Addresses = { ["mx.own.test"] = ["8.8.4.4"] }, Names = { ["8.8.4.4"] = ["mx.own.test"] } };

        Assert.All(await HostNameAsync(dns), finding => Assert.Equal(FindingLevel.Ok, finding.Level));
    }

    [Fact]
    public async Task A_reverse_name_that_is_not_ours_fails_with_the_record_to_ask_for()
    {
        var dns = new FakeResolver { Addresses = { ["mx.own.test"] = ["8.8.4.4"] }, Names = { ["8.8.4.4"] = ["host-4.provider.example"] } };

        Finding finding = Assert.Single(await HostNameAsync(dns), finding => finding.Level == FindingLevel.Fail);

        Assert.Contains("4.4.8.8.in-addr.arpa. PTR mx.own.test.", finding.Mend, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.1.5", true)]
    [InlineData("8.8.8.8", false)]
    public async Task A_host_name_that_leads_to_no_public_address_of_ours_is_found(string address, bool isBroken)
    {
        var dns = new FakeResolver { Addresses = { ["mx.own.test"] = [address] }, Names = { [address] = ["mx.own.test"] } };

        Assert.Equal(isBroken ? FindingLevel.Fail : FindingLevel.Warn, (await HostNameAsync(dns))[0].Level);
    }

    [Fact]
    public async Task A_port_is_free_ours_or_somebody_elses()
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        await using var ours = new ScriptedSmtpServer();
        ours.At("CONNECT", Reaction.Say("220 mx.own.test ESMTP"));
        var free = new IPEndPoint(IPAddress.Loopback, 0);
        var taken = (IPEndPoint)stranger.LocalEndpoint;

        IReadOnlyList<Finding> findings = await new PortCheck([free, ours.EndPoint, taken], "mx.own.test", TimeProvider.System).RunAsync(Stop);

        Assert.Equal([FindingLevel.Ok, FindingLevel.Ok, FindingLevel.Fail], findings.Select(finding => finding.Level));
    }

    [Theory]
    [InlineData("Smtp:MaxRecipients", "0")]
    [InlineData("Smtp:MaxRecipients", "many")]
    [InlineData("Smtp:Listen", "nowhere")]
    [InlineData("Delivery:Port", "0")]
    [InlineData("Dns:Servers", "far")]
    [InlineData("Queue:FirstRetry", "00:00:00")]
    [InlineData("Activity:Backlog", "1")]
    public void A_setting_that_the_server_would_not_start_with_fails_and_is_named(string key, string value)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Smtp:HostName"] = "mx.own.test", [key] = value }).Build();

        Finding finding = Assert.Single(new ConfigurationCheck(configuration, isDevelopment: false).Run(), finding => finding.Level == FindingLevel.Fail);

        Assert.Contains(key.Split(':')[1], finding.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_says_little_is_well()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Smtp:HostName"] = "mx.own.test" }).Build();

        Assert.All(new ConfigurationCheck(configuration, isDevelopment: false).Run(), finding => Assert.Equal(FindingLevel.Ok, finding.Level));
    }

    [Fact]
    public async Task The_command_prints_every_finding_and_fails_where_one_does()
    {
        await using var dns = new ScriptedNameServer();
        dns.On("MX own.test", "own.test MX 10 mx.far.example").On("MX gmail.com", "gmail.com MX 5 mx.far.example");
        await _program.RunAsync("domain", "add", "own.test");
        string[] settings = ["--Dns:Servers", dns.EndPoint.ToString(), "--Smtp:HostName", "mx.own.test", "--Smtp:Listen", "127.0.0.1:0"];

        (int exit, string output, _) = await _program.RunAsync(["doctor", "--json", .. settings]);
        (int checkExit, string check, _) = await _program.RunAsync(["domain", "check", "own.test", .. settings]);

        Assert.Equal(1, exit);
        using JsonDocument json = JsonDocument.Parse(output);
        string[] failing = [.. json.RootElement.EnumerateArray()
            .Where(finding => finding.GetProperty("level").GetString() == "fail").Select(finding => finding.GetProperty("subject").GetString()!)];
        Assert.Equal(["host name mx.own.test", "own.test contact", "own.test MX"], failing);
        Assert.Equal(1, checkExit);
        Assert.Contains("-> Publish, in place of these: own.test. MX 10 mx.own.test.", check, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_that_is_not_ours_is_said_to_be_none()
    {
        await _program.RunAsync("domain", "add", "own.test");
        await using var dns = new ScriptedNameServer();

        (int exit, string output, _) = await _program.RunAsync(
            "domain", "check", "far.example", "--Dns:Servers", dns.EndPoint.ToString(), "--Smtp:HostName", "mx.own.test", "--Smtp:Listen", "127.0.0.1:0");

        Assert.Equal(1, exit);
        Assert.Contains("is not a domain of this server", output, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<Finding>> MailAsync(IResolver dns) => new DomainMailCheck(dns, Identity).RunAsync("own.test", Stop);

    private static Task<IReadOnlyList<Finding>> HostNameAsync(IResolver dns) => new HostNameCheck(dns, Identity, [Public]).RunAsync(Stop);
}
