using System.Net;
using EmailRouting.Dns;
using EmailRouting.MailAuth.Spf;
using EmailRouting.Smtp;
using EmailRouting.Testing;
using EmailRouting.Tests.Delivery;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Spf;

public sealed class SpfEvaluatorTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider _clock = new();
    private readonly FakeResolver _resolver = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_term_that_decided_is_named()
    {
        _resolver.Txt["example.com"] = ["v=spf1 ip4:198.51.100.0/24 include:_spf.example.com -all"];
        _resolver.Txt["_spf.example.com"] = ["v=spf1 ip4:192.0.2.0/24 -all"];

        Assert.Equal(new SpfOutcome(SpfResult.Pass, SpfIdentity.MailFrom, "example.com", "include:_spf.example.com", "", ""), await CheckAsync());
        Assert.Equal("-all", (await CheckAsync(client: "203.0.113.9")).Mechanism);
    }

    [Fact]
    public async Task Where_nothing_matches_the_default_is_neutral()
    {
        _resolver.Txt["example.com"] = ["v=spf1 ip4:198.51.100.0/24"];

        Assert.Equal((SpfResult.Neutral, "default"), Named(await CheckAsync()));
    }

    [Fact]
    public async Task The_null_sender_is_vouched_for_by_the_name_in_helo()
    {
        _resolver.Txt["mx.example.net"] = ["v=spf1 exists:%{l}.%{o}.example.org -all"];
        _resolver.Addresses["postmaster.mx.example.net.example.org"] = ["127.0.0.2"];

        SpfOutcome outcome = await Evaluator.CheckAsync(SpfQuery.OfMailFrom(Client, "mx.example.net", sender: null), Stop);
        Assert.Equal((SpfResult.Pass, SpfIdentity.MailFrom, "mx.example.net"), (outcome.Result, outcome.Identity, outcome.Domain));

        outcome = await Evaluator.CheckAsync(SpfQuery.OfHelo(Client, "mx.example.net"), Stop);
        Assert.Equal((SpfResult.Pass, SpfIdentity.Helo), (outcome.Result, outcome.Identity));
    }

    [Theory]
    [InlineData("[192.0.2.1]")]
    [InlineData("192.0.2.1")]
    [InlineData("localhost")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..example.com")]
    [InlineData("white space.example.com")]
    [InlineData("b\u00FCcher.example")]
    [InlineData("nul\0.example.com")]
    public async Task A_name_that_is_no_domain_is_not_asked_about(string helo)
    {
        Assert.Equal(SpfResult.None, (await Evaluator.CheckAsync(SpfQuery.OfHelo(Client, helo), Stop)).Result);
        Assert.Empty(_resolver.Asked);
    }

    [Theory]
    [InlineData(2, SpfResult.Fail)]
    [InlineData(3, SpfResult.PermError)]
    public async Task Two_terms_may_ask_for_what_does_not_exist(int count, SpfResult expected)
    {
        string[] terms = ["a:absent.example.com", "mx:absent.example.com", "exists:absent.example.com"];
        foreach (string[] order in new[] { terms, [terms[1], terms[2], terms[0]], [terms[2], terms[0], terms[1]] })
        {
            _resolver.Txt["example.com"] = [$"v=spf1 {string.Join(' ', order.Take(count))} -all"];
            Assert.Equal(expected, (await CheckAsync()).Result);
        }
    }

    [Fact]
    public async Task A_host_without_an_address_of_the_clients_family_is_void()
    {
        _resolver.Addresses["four.example.com"] = ["192.0.2.1"];
        _resolver.Txt["example.com"] = ["v=spf1 a:four.example.com a:four.example.com a:four.example.com -all"];

        Assert.Equal(SpfResult.PermError, (await CheckAsync(client: "2001:db8::1")).Result);
        Assert.DoesNotContain(_resolver.Asked, question => question.StartsWith("a ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, SpfResult.Fail)]
    [InlineData(11, SpfResult.PermError)]
    public async Task Ten_terms_may_ask_the_dns_wherever_they_stand(int count, SpfResult expected)
    {
        _resolver.Addresses["other.example.com"] = ["198.51.100.1"];
        string terms = string.Concat(Enumerable.Repeat("a:other.example.com ", 4));
        _resolver.Txt["example.com"] = [$"v=spf1 {terms} include:inner.example.com {string.Concat(Enumerable.Repeat("a:other.example.com ", count - 9))} -all"];
        _resolver.Txt["inner.example.com"] = [$"v=spf1 {terms}"];

        Assert.Equal(expected, (await CheckAsync()).Result);
    }

    [Theory]
    [InlineData("v=spf1 include:example.com -all")]
    [InlineData("v=spf1 redirect=example.com")]
    [InlineData("v=spf1 include:other.example.com")]
    [InlineData("v=spf1 exists:%{p}.example.com redirect=%{d}")]
    public async Task A_record_that_leads_back_to_itself_is_an_error_of_its_owner(string record)
    {
        _resolver.Txt["example.com"] = [record];
        _resolver.Txt["other.example.com"] = ["v=spf1 redirect=example.com"];

        SpfOutcome outcome = await CheckAsync();
        Assert.Equal(SpfResult.PermError, outcome.Result);
        Assert.NotEmpty(outcome.Problem);
        Assert.InRange(_resolver.Asked.Count, 1, 30);
    }

    [Fact]
    public async Task Ten_thousand_terms_end_at_the_eleventh_that_asks()
    {
        _resolver.Addresses["other.example.com"] = ["198.51.100.1"];
        _resolver.Txt["example.com"] = ["v=spf1 " + string.Concat(Enumerable.Repeat("a:other.example.com ", 10_000)) + "+all"];

        Assert.Equal(SpfResult.PermError, (await CheckAsync()).Result);
        Assert.Equal(11, _resolver.Asked.Count);

        _resolver.Txt["example.com"] = ["v=spf1 " + string.Concat(Enumerable.Repeat("ip4:198.51.100.1 ", 10_000)) + "~all"];
        Assert.Equal(SpfResult.SoftFail, (await CheckAsync()).Result);
    }

    [Theory]
    [InlineData("txt example.com")]
    [InlineData("mx example.com")]
    [InlineData("a mail.example.com")]
    public async Task A_resolver_that_never_answers_is_a_temporary_error_after_twenty_seconds(string question)
    {
        _resolver.Txt["example.com"] = ["v=spf1 mx -all"];
        _resolver.Mx["example.com"] = ["10 mail.example.com"];
        _resolver.Silent.Add(question);

        Task<SpfOutcome> outcome = CheckAsync();
        _clock.Advance(SpfEvaluator.Limit - TimeSpan.FromSeconds(1));
        Assert.False(outcome.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(SpfResult.TempError, (await outcome).Result);
        Assert.Equal("the check took too long", (await outcome).Problem);
    }

    [Fact]
    public async Task Who_waits_no_longer_gets_a_temporary_error()
    {
        _resolver.Silent.Add("txt example.com");
        using var impatience = new CancellationTokenSource();
        Task<SpfOutcome> outcome = Evaluator.CheckAsync(SpfQuery.OfMailFrom(Client, "helo.example", Post.Address("me@example.com")), impatience.Token).AsTask();
        await impatience.CancelAsync();

        Assert.Equal(SpfResult.TempError, (await outcome).Result);
    }

    [Theory]
    [InlineData("a", "a", SpfResult.TempError)]
    [InlineData("mx", "mx", SpfResult.TempError)]
    [InlineData("exists:example.com", "a", SpfResult.TempError)]
    [InlineData("include:other.example", "txt", SpfResult.TempError)]
    [InlineData("redirect=other.example", "txt", SpfResult.TempError)]
    [InlineData("ptr -all", "ptr", SpfResult.Fail)]
    public async Task A_question_that_fails_is_a_temporary_error_except_for_the_reverse_zone(string term, string type, SpfResult expected)
    {
        _resolver.Txt["example.com"] = [$"v=spf1 {term}"];
        _resolver.Failing.UnionWith(type switch
        {
            "ptr" => [$"ptr {Client}"],
            "txt" => ["txt other.example"],
            _ => [$"{type} example.com"],
        });

        Assert.Equal(expected, (await CheckAsync()).Result);
    }

    [Fact]
    public async Task An_mx_host_that_matches_is_enough_though_another_is_not_found()
    {
        _resolver.Txt["example.com"] = ["v=spf1 mx -all"];
        _resolver.Mx["example.com"] = ["5 lost.example.com", "10 mail.example.com"];
        _resolver.Addresses["mail.example.com"] = ["192.0.2.1"];
        _resolver.Failing.Add("a lost.example.com");

        Assert.Equal(SpfResult.Pass, (await CheckAsync()).Result);
        Assert.Equal(SpfResult.TempError, (await CheckAsync(client: "203.0.113.9")).Result);
    }

    [Fact]
    public async Task Of_the_names_of_a_client_the_first_ten_are_looked_at()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"h{i}.other.example"), "h20.example.com"];
        _resolver.Names[Client.ToString()] = names;
        foreach (string name in names)
        {
            _resolver.Addresses[name] = [Client.ToString()];
        }

        _resolver.Txt["example.com"] = ["v=spf1 ptr -all"];
        Assert.Equal(SpfResult.Fail, (await CheckAsync()).Result);

        _resolver.Txt["example.com"] = ["v=spf1 ptr:other.example -all"];
        Assert.Equal(SpfResult.Pass, (await CheckAsync()).Result);
        Assert.Equal(20, _resolver.Asked.Count(question => question.StartsWith("a ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_name_that_ends_alike_is_not_under_the_domain()
    {
        _resolver.Names[Client.ToString()] = ["mail.notexample.com"];
        _resolver.Addresses["mail.notexample.com"] = [Client.ToString()];
        _resolver.Txt["example.com"] = ["v=spf1 ptr -all"];

        Assert.Equal(SpfResult.Fail, (await CheckAsync()).Result);
    }

    [Theory]
    [InlineData("See http://example.com/%{i}?%{L}", "See http://example.com/192.0.2.1?me%2Btag")]
    [InlineData("two\r\nlines", "")]
    [InlineData("nul\0", "")]
    [InlineData("\u202Eright to left", "")]
    public async Task An_explanation_is_printable_or_not_given(string text, string expected)
    {
        _resolver.Txt["example.com"] = ["v=spf1 -all exp=why.example.com"];
        _resolver.Txt["why.example.com"] = [text];

        Assert.Equal((SpfResult.Fail, expected), (await CheckAsync(sender: "me+tag@example.com")) is var outcome ? (outcome.Result, outcome.Explanation) : default);
    }

    [Fact]
    public async Task What_the_sender_brings_into_an_explanation_is_made_printable_and_has_an_end()
    {
        _resolver.Txt["example.com"] = ["v=spf1 -all exp=why.example.com"];
        _resolver.Txt["why.example.com"] = ["%{l} %{h} " + new string('x', 4000)];

        string explanation = (await Evaluator.CheckAsync(
            new SpfQuery(SpfIdentity.MailFrom, Client, "he\r\nlo", "m\u00E9", "example.com"), Stop)).Explanation;
        Assert.StartsWith("m? he??lo x", explanation, StringComparison.Ordinal);
        Assert.Equal(500, explanation.Length);
    }

    [Fact]
    public async Task A_client_in_the_clothes_of_the_newer_family_is_the_older_one()
    {
        _resolver.Txt["example.com"] = ["v=spf1 ip4:192.0.2.1 -all"];

        Assert.Equal(SpfResult.Pass, (await CheckAsync(client: "::ffff:192.0.2.1")).Result);
    }

    [Theory]
    [InlineData("v=spf1 ip4:192.0.2.1 \r\n -all", SpfResult.PermError)]
    [InlineData("v=spf1 ip4:192.0.2.1\0-all", SpfResult.PermError)]
    [InlineData("v=spf1\r\n-all", SpfResult.None)]
    public async Task Control_characters_in_a_record_reach_nobody(string record, SpfResult expected)
    {
        _resolver.Txt["example.com"] = [record];

        SpfOutcome outcome = await CheckAsync();
        Assert.Equal(expected, outcome.Result);
        Assert.DoesNotContain(outcome.Problem, char.IsControl);
    }

    [Fact]
    public async Task Over_the_wire_four_kilobytes_of_text_and_aliases_that_go_round_come_out_as_they_should()
    {
        await using var server = new ScriptedNameServer();
        await using ServiceProvider metrics = new ServiceCollection().AddMetrics().AddSingleton<DnsMetrics>().BuildServiceProvider();
        var resolver = new DnsResolver(
            Options.Create(new DnsOptions { Servers = server.EndPoint.ToString() }), metrics.GetRequiredService<DnsMetrics>(), TimeProvider.System);
        string terms = string.Concat(Enumerable.Repeat("ip4:198.51.100.1 ", 240));
        string record = $"v=spf1 {terms}ip4:192.0.2.1 a:round.example.com -all";
        server.On("TXT example.com", new NameServerReply.OnlyOverTcp($"example.com TXT {string.Join('|', record.Chunk(250).Select(part => new string(part)))}"));
        server.On("A round.example.com", "round.example.com CNAME turn.example.com").On("A turn.example.com", "turn.example.com CNAME round.example.com");
        var evaluator = new SpfEvaluator(resolver, "receiver.example", TimeProvider.System);

        EmailAddress sender = Post.Address("me@example.com");
        Assert.Equal(SpfResult.Pass, (await evaluator.CheckAsync(SpfQuery.OfMailFrom(Client, "helo.example", sender), Stop)).Result);
        Assert.Equal(SpfResult.TempError, (await evaluator.CheckAsync(SpfQuery.OfMailFrom(IPAddress.Parse("203.0.113.9"), "helo.example", sender), Stop)).Result);
    }

    private SpfEvaluator Evaluator => new(_resolver, "receiver.example", _clock);

    private Task<SpfOutcome> CheckAsync(string client = "192.0.2.1", string sender = "me@example.com") =>
        Evaluator.CheckAsync(SpfQuery.OfMailFrom(IPAddress.Parse(client), "helo.example", Post.Address(sender)), Stop).AsTask();

    private static (SpfResult Result, string Mechanism) Named(SpfOutcome outcome) => (outcome.Result, outcome.Mechanism);
}
