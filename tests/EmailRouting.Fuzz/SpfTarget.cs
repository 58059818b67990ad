using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailRouting.Dns;
using EmailRouting.MailAuth.Spf;

namespace EmailRouting.Fuzz;

/// <summary>A record of SPF is read or not, names are as long as names can be, and a check of it ends within its limits, printable.</summary>
public sealed class SpfTarget : FuzzTarget
{
    private const int MaxName = 253;

    // Ten terms, each with ten MX hosts or names of the client; the record at the start; the words for a client that fails.
    private const int MaxQuestions = 10 * 12 + 2;

    public override string Name => "spf";

    public override void Run(byte[] input, Random random)
    {
        string text = Encoding.UTF8.GetString(input);
        if (MacroString.TryParseDomain(text, out MacroString? macros))
        {
            Require(macros.Text == text && Ascii.IsValid(text), "the text of a domain is kept, and is ASCII");
            var values = new MacroValues(Query(random), "example.com", "unknown", "receiver.example", DateTimeOffset.UnixEpoch);
            string domain = macros.ExpandDomain(values);
            Require(domain.Length <= MaxName || !domain[..^MaxName].Contains('.', StringComparison.Ordinal), "a name is cut to what a name can be");
            Require(macros.Expand(values, most: 100).Length <= 100, "a text has an end");
        }

        if (SpfRecord.TryParse(text, out SpfRecord? record, out _))
        {
            string again = string.Join(' ', record.Mechanisms.Select(mechanism => mechanism.Text).Prepend("v=spf1"));
            Require(SpfRecord.TryParse(again, out SpfRecord? other, out _) && other.Mechanisms.Length == record.Mechanisms.Length, "what is read reads back");
        }

        var mirror = new Mirror(text, random);
        SpfOutcome outcome = new SpfEvaluator(mirror, "receiver.example", TimeProvider.System)
            .CheckAsync(Query(random), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Require(mirror.Questions <= MaxQuestions, "a check asks no more than it may");
        Require(!$"{outcome.Domain}{outcome.Mechanism}{outcome.Explanation}{outcome.Problem}".AsSpan().ContainsAnyExceptInRange(' ', '~'), "an outcome is printable");
        Require(outcome.Explanation.Length == 0 || outcome.Result == SpfResult.Fail, "only who fails is told why");
    }

    private static SpfQuery Query(Random random) => new(
        SpfIdentity.MailFrom, IPAddress.Parse(random.Next(2) == 0 ? "192.0.2.1" : "2001:db8::1"), "helo\r\n.example", "l\u00F6cal-part+tag", "example.com");

    /// <summary>A DNS in which every name has this text, and addresses, hosts and names of every kind or none: whoever refers to another refers to itself.</summary>
    private sealed class Mirror(string text, Random random) : IResolver
    {
        private const int Many = 10;

        public int Questions { get; private set; }

        public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain, CancellationToken cancellation) =>
            Answer([.. Enumerable.Range(0, random.Next(1, Many + 1)).Select(i => new MailExchange(i, $"mx{i}.{domain}"))]);

        public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) => throw new InvalidOperationException("SPF asks for one family");

        public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation) =>
            Answer([IPAddress.Parse(family == AddressFamily.InterNetwork ? "192.0.2.2" : "2001:db8::2")]);

        public Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellation) => Answer([text]);

        public Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellation) =>
            Answer([.. Enumerable.Range(0, random.Next(1, 2 * Many)).Select(i => $"h{i}.example.com")]);

        private Task<DnsAnswer<T>> Answer<T>(ImmutableArray<T> records)
        {
            Questions++;
            return Task.FromResult(random.Next(20) switch
            {
                0 => new DnsAnswer<T>.None(NameExists: true),
                1 => new DnsAnswer<T>.Failed("SERVFAIL"),
                _ => (DnsAnswer<T>)new DnsAnswer<T>.Found(records),
            });
        }
    }
}
