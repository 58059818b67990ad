using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Network;
using EmailRouting.Policy;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using EmailRouting.Testing;
using EmailRouting.Tests.MailAuth;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Policy;

/// <summary>The checks of incoming mail with a DNS and a clock in hand.</summary>
internal sealed class Gate : IDisposable
{
    private static readonly Guid Domain = Guid.NewGuid();

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TemporaryData _data = new();
    private readonly MeterListener _listener = new();
    private readonly SigningKeys _keys;
    private readonly Rspamd _rspamd;
    private readonly InboundCheck _check;

    public Gate(PolicyOptions? options = null)
    {
        var identity = new OwnIdentity("mx.ours.example", [], []);
        IOptions<PolicyOptions> settings = Options.Create(options ?? new PolicyOptions());
        _rspamd = new Rspamd(settings, identity, NullLogger<Rspamd>.Instance);
        IMeterFactory meters = _services.GetRequiredService<IMeterFactory>();
        _check = new InboundCheck(Dns, identity, settings, _rspamd, new PolicyMetrics(meters), Clock);
        _keys = new SigningKeys(_data.Directory, Clock);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters && instrument is Counter<long>)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
            Counted.Add($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        _listener.Start();
    }

    public FakeResolver Dns { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Each time something was counted: the instrument and its tags.</summary>
    public ConcurrentBag<string> Counted { get; } = [];

    /// <summary>Of the domain that the mail is for.</summary>
    public SenderList Senders { get; set; } = SenderList.Empty;

    public SenderList AllSenders { get; set; } = SenderList.Empty;

    public string Client { get; set; } = "192.0.2.10";

    public bool IsExempt { get; set; }

    public static SenderList List(params (string Entry, bool IsAllowed)[] entries) => new([.. entries.Select(entry =>
    {
        Assert.True(SenderEntry.TryParse(entry.Entry, out ListedSenderKind kind, out string value));
        return new ListedSender { Id = Guid.NewGuid(), Kind = kind, Value = value, IsAllowed = entry.IsAllowed };
    })]);

    /// <summary>The message goes through all that Reception does: a client connects, MAIL names a sender, the dot is read.</summary>
    /// <param name="policy">Of the domain.</param>
    /// <param name="sender">Empty is the null reverse-path.</param>
    /// <param name="message">With its header.</param>
    /// <param name="recipient">An alias of the domain.</param>
    /// <param name="startsEarly">False: nobody had asked for anything when the client came, as where the policy was changed meanwhile.</param>
    public async Task<PolicyVerdict> SendAsync(
        InboundPolicy policy, string sender = "a@sender.example", string? message = null, string recipient = "hello@ours.example", bool startsEarly = true)
    {
        var domain = DomainPolicy.Of(Domain, policy.ToText(), Senders);
        bool isReserved = recipient.StartsWith("postmaster@", StringComparison.Ordinal);
        LookupNeeds needs = startsEarly ? LookupNeeds.Of([domain]) : LookupNeeds.None;
        IPAddress client = IPAddress.Parse(Client);
        EmailAddress? from = sender.Length == 0 ? null : Messages.Address(sender);
        using ClientLookups? clientLookups = _check.BeginClient(client, needs);
        using SenderLookups? senderLookups = _check.BeginSender(client, "client.example", from, needs);
        using MessageContent content = Messages.InMemory(message ?? "From: a@sender.example\r\nSubject: x\r\n\r\nhello\r\n");
        return await _check.JudgeAsync(
            new Arrival(
                client, "client.example", MailId.New(Clock.GetUtcNow()), from, [Messages.Address(recipient)], content, isReserved ? domain.Reserved : domain, AllSenders, clientLookups, senderLookups)
            {
                IsExemptFromLimits = IsExempt,
            },
            TestContext.Current.CancellationToken);
    }

    /// <summary>Signed by a domain whose key is published.</summary>
    public string Signed(string message, string domain)
    {
        SigningKey key = _keys.Get(domain);
        Dns.Txt[key.RecordName] = [key.RecordText];
        byte[] octets = Encoding.UTF8.GetBytes(message);
        return Encoding.UTF8.GetString(DkimSigner.Sign(octets, key, Clock.GetUtcNow())) + message;
    }

    public string KeyName(string domain) => _keys.Get(domain).RecordName;

    public SigningKey Key(string domain)
    {
        SigningKey key = _keys.Get(domain);
        Dns.Txt[key.RecordName] = [key.RecordText];
        return key;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _rspamd.Dispose();
        _services.Dispose();
        _data.Dispose();
    }
}
