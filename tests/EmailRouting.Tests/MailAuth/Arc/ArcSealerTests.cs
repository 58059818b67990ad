using System.Text;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Arc;

public sealed class ArcSealerTests : IDisposable
{
    private const string Text =
        "Received: from x\r\n\tby y; Thu, 1 Jan 1970 00:00:00 +0000\r\nFrom: A <a@sender.example>\r\nTo: b@ours.example\r\nSubject: hello  there\r\n\r\nhello\r\n\r\n";

    private readonly TemporaryData _data = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeResolver _resolver = new();
    private readonly SigningKeys _keys;

    public ArcSealerTests() => _keys = new SigningKeys(_data.Directory, _clock);

    [Fact]
    public async Task Each_handler_adds_one_set_and_the_chain_holds()
    {
        byte[] message = Encoding.UTF8.GetBytes(Text);
        for (int i = 1; i <= 3; i++)
        {
            byte[]? block = await SealAsync(message, await VerifyAsync(message), $"hop{i}.example");
            Assert.NotNull(block);
            message = [.. block, .. message];

            ArcResult result = await VerifyAsync(message);
            Assert.Equal((AuthStatus.Pass, string.Empty, i), (result.Status, result.Reason, result.Length));
            Assert.Equal(Enumerable.Range(1, i).Select(n => $"hop{n}.example"), result.Sealers);
        }
    }

    [Fact]
    public async Task The_block_is_three_folded_fields_of_short_lines()
    {
        string block = Encoding.UTF8.GetString((await SealAsync(Encoding.UTF8.GetBytes(Text), new ArcResult(AuthStatus.None, string.Empty), "ours.example"))!);

        Assert.EndsWith("\r\n", block, StringComparison.Ordinal);
        Assert.All(block.Split("\r\n"), line => Assert.InRange(line.Length, 0, 90));
        Assert.Equal(
            ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"],
            block.Split("\r\n").Where(line => line.Length > 0 && line[0] != '\t').Select(line => line.Split(':')[0]));
    }

    [Fact]
    public async Task A_chain_that_does_not_hold_is_never_sealed_as_one_that_does()
    {
        byte[] message = Encoding.UTF8.GetBytes(Text);
        message = [.. (await SealAsync(message, await VerifyAsync(message), "hop1.example"))!, .. message];
        byte[] changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(message).Replace("hello\r\n", "goodbye\r\n", StringComparison.Ordinal));

        ArcResult found = await VerifyAsync(changed);
        byte[]? block = await SealAsync(changed, found, "hop2.example");

        Assert.Equal(AuthStatus.Fail, found.Status);
        Assert.Contains("cv=fail", Encoding.UTF8.GetString(block!), StringComparison.Ordinal);
        Assert.Contains("i=2;", Encoding.UTF8.GetString(block!), StringComparison.Ordinal);

        // And then it is closed.
        byte[] closed = [.. block!, .. changed];
        Assert.Equal(AuthStatus.Fail, (await VerifyAsync(closed)).Status);
        Assert.Null(await SealAsync(closed, await VerifyAsync(closed), "hop3.example"));
    }

    [Fact]
    public async Task A_result_that_does_not_fit_the_message_is_not_sealed()
    {
        byte[] message = Encoding.UTF8.GetBytes(Text);

        Assert.Null(await SealAsync(message, new ArcResult(AuthStatus.Pass, string.Empty), "ours.example"));
        Assert.Null(await SealAsync(message, new ArcResult(AuthStatus.TemporaryError, "timed out"), "ours.example"));
    }

    [Fact]
    public async Task A_full_chain_takes_no_more()
    {
        byte[] message = Encoding.UTF8.GetBytes($"ARC-Authentication-Results: i=50; x\r\n{Text}");

        Assert.Null(await SealAsync(message, await VerifyAsync(message), "ours.example"));
    }

    [Fact]
    public async Task A_key_that_is_not_answered_for_is_no_verdict()
    {
        byte[] message = Encoding.UTF8.GetBytes(Text);
        message = [.. (await SealAsync(message, await VerifyAsync(message), "hop1.example"))!, .. message];
        _resolver.Failing.Add("txt er2000a._domainkey.hop1.example");

        Assert.Equal(AuthStatus.TemporaryError, (await VerifyAsync(message)).Status);
    }

    public void Dispose() => _data.Dispose();

    private Task<ArcResult> VerifyAsync(byte[] message) =>
        new ArcVerifier(_resolver, _clock).VerifyAsync(Messages.InMemory(message), TestContext.Current.CancellationToken);

    private Task<byte[]?> SealAsync(byte[] message, ArcResult chain, string domain)
    {
        SigningKey key = _keys.Get(domain);
        _resolver.Txt[key.RecordName] = [key.RecordText];
        return ArcSealer.SealAsync(
            Messages.InMemory(message), chain, $"{domain};\r\n\tspf=pass smtp.mailfrom=sender.example", key, _clock.GetUtcNow(), TestContext.Current.CancellationToken);
    }
}
