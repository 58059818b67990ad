using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Delivery;
using EmailRouting.Dns;
using EmailRouting.Mail;
using EmailRouting.Network;
using EmailRouting.Smtp;
using EmailRouting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmailRouting.Tests.Delivery;

/// <summary>A courier with all its real parts, and consignments for it.</summary>
internal sealed class Post : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public Post(FakeResolver resolver, params (string Key, string Value)[] settings)
        : this(resolver, static _ => { }, settings)
    {
    }

    /// <param name="resolver">The DNS.</param>
    /// <param name="replace">Puts parts in the place of the usual ones.</param>
    /// <param name="settings">Of the section <c>Delivery</c>.</param>
    public Post(FakeResolver resolver, Action<IServiceCollection> replace, params (string Key, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Delivery:{s.Key}", (string?)s.Value)))
            .Build();
        IServiceCollection services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.None))
            .AddSingleton<IResolver>(resolver)
            .AddSingleton(new OwnIdentity("router.example", [new IPEndPoint(IPAddress.Parse("192.0.2.1"), 25)], [IPAddress.Parse("198.51.100.1")]));
        replace(services);
        _provider = services.AddDelivery(configuration).BuildServiceProvider();
        Courier = _provider.GetRequiredService<ICourier>();
    }

    public ICourier Courier { get; }

    public static Post To(ScriptedSmtpServer smarthost, params (string Key, string Value)[] settings) =>
        new(new FakeResolver(), [("Smarthost", $"smtp://{smarthost.EndPoint}"), .. settings]);

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new FormatException(text);

    public static Consignment Consignment(
        string content = "Subject: x\r\n\r\nhello\r\n",
        string to = "you@inbox.example",
        string? from = "me@sender.example",
        MailParameters? parameters = null,
        DsnNotify? notify = null) =>
        Consignment(Encoding.UTF8.GetBytes(content), to, from, parameters, notify);

    public static Consignment Consignment(
        byte[] bytes, string to = "you@inbox.example", string? from = "me@sender.example", MailParameters? parameters = null, DsnNotify? notify = null) =>
        Consignment(MessageContent.InMemory(Facts(bytes), new ReadOnlySequence<byte>(bytes), lease: null), to, from, parameters, notify);

    public static Consignment Consignment(
        MessageContent content, string to = "you@inbox.example", string? from = "me@sender.example", MailParameters? parameters = null, DsnNotify? notify = null) =>
        new(
            MailId.New(DateTimeOffset.UnixEpoch.AddYears(60)),
            new Envelope(from is null ? null : Address(from), parameters ?? MailParameters.None),
            new Target(Address(to), [new AliasRecipient(Address("alias@ours.example"), new RcptParameters { Notify = notify })]),
            content);

    public static ContentFacts Facts(byte[] bytes)
    {
        int header = bytes.AsSpan().IndexOf("\r\n\r\n"u8) is var end and >= 0 ? end : bytes.Length;
        return new ContentFacts(bytes.Length, SHA256.HashData(bytes), bytes.Any(b => b > 127), bytes.Take(header).Any(b => b > 127));
    }

    public Task<DeliveryAttempt> SendAsync(Consignment consignment) => Courier.AttemptAsync(consignment, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
