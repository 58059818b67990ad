using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Dns;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Network;
using EmailRouting.Policy;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EmailRouting.Benchmarks.Policy;

/// <summary>What a policy costs for one message of 4 KB, from MAIL to the verdict, with the answers of the DNS at hand: time of the processor, whoever else keeps it busy.</summary>
internal static class PolicyCost
{
    private const string Author = "sender.example";
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.10");

    public static async Task RunAsync(int messages)
    {
        var data = new DataDirectory(Path.Combine(Path.GetTempPath(), $"emailrouting-{Guid.NewGuid():N}"));
        data.Create();
        try
        {
            SigningKey key = new SigningKeys(data, TimeProvider.System).Get(Author);
            byte[] message = Encoding.ASCII.GetBytes(
                $"From: A <a@{Author}>\r\nTo: b@ours.example\r\nSubject: hello\r\nDate: Tue, 3 Jan 2017 12:31:41 -0800\r\nMessage-ID: <1@{Author}>\r\n\r\n"
                + string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog, and once more over it.\r\n", 57)));
            byte[] signed = [.. DkimSigner.Sign(message, key, DateTimeOffset.UnixEpoch), .. message];
            var resolver = new Answers(new Dictionary<string, string>
            {
                [key.RecordName] = key.RecordText,
                [$"_dmarc.{Author}"] = "v=DMARC1; p=reject",
                [Author] = "v=spf1 ip4:192.0.2.0/24 -all",
            });
            var policy = DomainPolicy.Of(Guid.NewGuid(), (InboundPolicy.Of(PolicyPreset.Reject) with { BlockListZones = ["bl.example"], AddressRate = 1_000_000 }).ToText(), SenderList.Empty);

            await MeasureAsync("everything off", DomainPolicy.Off, message, resolver, messages);
            await MeasureAsync("unsigned", policy, message, resolver, messages);
            await MeasureAsync("signed with DKIM", policy, signed, resolver, messages);
        }
        finally
        {
            Directory.Delete(data.Path, recursive: true);
        }
    }

    private static async Task MeasureAsync(string what, DomainPolicy policy, byte[] message, IResolver resolver, int messages)
    {
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var identity = new OwnIdentity("mx.ours.example", [], []);
        IOptions<PolicyOptions> options = Options.Create(new PolicyOptions());
        using var rspamd = new Rspamd(options, identity, NullLogger<Rspamd>.Instance);
        var check = new InboundCheck(resolver, identity, options, rspamd, new PolicyMetrics(services.GetRequiredService<IMeterFactory>()), TimeProvider.System);
        using var content = MessageContent.InMemory(new ContentFacts(message.Length, SHA256.HashData(message), false, false), new ReadOnlySequence<byte>(message), lease: null);

        await SendAsync(check, policy, content, messages / 10);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        await SendAsync(check, policy, content, messages);
        process.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-18} {(process.TotalProcessorTime - before).TotalMilliseconds / messages:F4} ms of processor time per message"));
    }

    private static async Task SendAsync(InboundCheck check, DomainPolicy policy, MessageContent content, int messages)
    {
        LookupNeeds needs = LookupNeeds.Of([policy]);
        EmailAddress sender = EmailAddress.TryParse($"a@{Author}", out EmailAddress? address) ? address : throw new FormatException(Author);
        for (int i = 0; i < messages; i++)
        {
            using ClientLookups? clientLookups = check.BeginClient(Client, needs);
            using SenderLookups? senderLookups = check.BeginSender(Client, "client.example", sender, needs);
            if (ReferenceEquals(policy, DomainPolicy.Off))
            {
                // As Reception does.
                continue;
            }

            PolicyVerdict verdict = await check.JudgeAsync(
                new Arrival(Client, "client.example", new MailId(i), sender, [sender], content, policy, SenderList.Empty, clientLookups, senderLookups), CancellationToken.None);
            if (verdict.Refusal is { } refusal)
            {
                throw new InvalidOperationException(refusal.ToString());
            }
        }
    }

    private sealed class Answers(Dictionary<string, string> texts) : IResolver
    {
        public Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellation) => Task.FromResult<DnsAnswer<string>>(
            texts.TryGetValue(name, out string? text) ? new DnsAnswer<string>.Found(ImmutableArray.Create(text)) : new DnsAnswer<string>.None(NameExists: false));

        public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain, CancellationToken cancellation) =>
            Task.FromResult<DnsAnswer<MailExchange>>(new DnsAnswer<MailExchange>.Found([new MailExchange(10, $"mx.{domain}")]));

        public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) => Task.FromResult<DnsAnswer<IPAddress>>(new DnsAnswer<IPAddress>.None(NameExists: false));

        public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation) => AddressesAsync(host, cancellation);

        public Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellation) => Task.FromResult<DnsAnswer<string>>(new DnsAnswer<string>.None(NameExists: false));
    }
}
