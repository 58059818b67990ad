using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using EmailRouting.Dns;
using EmailRouting.Mail;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Storage;

namespace EmailRouting.Benchmarks.MailAuth;

/// <summary>What checking one message of 4 KB costs beside the DNS, whose answers are at hand.</summary>
[MemoryDiagnoser]
public class Verification
{
    private static readonly Task<SpfEvidence?> Spf = Task.FromResult<SpfEvidence?>(new SpfEvidence("sender.example", AuthStatus.Pass));
    private readonly DataDirectory _data = new(Path.Combine(Path.GetTempPath(), $"emailrouting-{Guid.NewGuid():N}"));
    private AuthenticationCheck _check = null!;
    private MessageContent _unsigned = null!;
    private MessageContent _signed = null!;

    [GlobalSetup]
    public void Setup()
    {
        _data.Create();
        SigningKey key = new SigningKeys(_data, TimeProvider.System).Get("sender.example");
        _check = new AuthenticationCheck(
            new Answers(new() { [key.RecordName] = key.RecordText, ["_dmarc.sender.example"] = "v=DMARC1; p=reject" }), TimeProvider.System);

        byte[] message = Encoding.ASCII.GetBytes(
            "Received: from a.example (a.example [192.0.2.1])\r\n\tby b.example; Tue, 3 Jan 2017 12:31:41 -0800\r\nFrom: A <a@sender.example>\r\nTo: b@ours.example\r\n"
            + "Subject: hello\r\nDate: Tue, 3 Jan 2017 12:31:41 -0800\r\nMessage-ID: <1@sender.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
            + string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog, and once more over it.\r\n", 56)));
        _unsigned = Content(message);
        _signed = Content([.. DkimSigner.Sign(message, key, DateTimeOffset.UnixEpoch), .. message]);
        if (_check.CheckAsync(_signed, Spf, CancellationToken.None).AsTask().GetAwaiter().GetResult().Dkim is not [{ Status: AuthStatus.Pass }])
        {
            throw new InvalidOperationException("The signature does not hold");
        }
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_data.Path, recursive: true);

    [Benchmark(Baseline = true)]
    public ValueTask<AuthenticationResult> WithoutSignature() => _check.CheckAsync(_unsigned, Spf, CancellationToken.None);

    [Benchmark]
    public ValueTask<AuthenticationResult> WithDkim() => _check.CheckAsync(_signed, Spf, CancellationToken.None);

    private static MessageContent Content(byte[] octets) =>
        MessageContent.InMemory(new ContentFacts(octets.Length, SHA256.HashData(octets), false, false), new ReadOnlySequence<byte>(octets), lease: null);

    private sealed class Answers(Dictionary<string, string> texts) : IResolver
    {
        public Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellation) => Task.FromResult<DnsAnswer<string>>(
            texts.TryGetValue(name, out string? text) ? new DnsAnswer<string>.Found(ImmutableArray.Create(text)) : new DnsAnswer<string>.None(NameExists: false));

        public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
