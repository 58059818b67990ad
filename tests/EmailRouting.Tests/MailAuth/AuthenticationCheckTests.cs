using System.Text;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth;

public sealed class AuthenticationCheckTests : IDisposable
{
    private const string Text = "From: a@sender.example\r\nTo: b@ours.example\r\nSubject: x\r\n\r\nhello\r\n";

    private readonly TemporaryData _data = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeResolver _resolver = new();
    private readonly SigningKeys _keys;

    public AuthenticationCheckTests()
    {
        _keys = new SigningKeys(_data.Directory, _clock);
        _resolver.Txt["_dmarc.sender.example"] = ["v=DMARC1; p=reject"];
    }

    [Fact]
    public async Task A_signed_and_sealed_message_passes_everything()
    {
        byte[] message = await SealedAsync(Signed());

        AuthenticationResult result = await CheckAsync(message, null);

        Assert.Equal(AuthStatus.Pass, Assert.Single(result.Dkim).Status);
        Assert.Equal((AuthStatus.Pass, 1), (result.Arc.Status, result.Arc.Length));
        Assert.Equal(AuthStatus.Pass, result.Dmarc.Status);
        Assert.Null(result.Spf);
    }

    [Fact]
    public async Task What_checks_apart_find_the_check_finds()
    {
        byte[] message = await SealedAsync(Signed());
        message[^3] ^= 1;

        AuthenticationResult result = await CheckAsync(message, null);

        Assert.Equal(await new DkimVerifier(_resolver, _clock).VerifyAsync(Messages.InMemory(message), TestContext.Current.CancellationToken), result.Dkim);
        ArcResult arc = await new ArcVerifier(_resolver, _clock).VerifyAsync(Messages.InMemory(message), TestContext.Current.CancellationToken);
        Assert.Equal((arc.Status, arc.Reason), (result.Arc.Status, result.Arc.Reason));
        Assert.Equal((AuthStatus.Fail, DmarcPolicy.Reject), (result.Dmarc.Status, result.Dmarc.Applied));
    }

    [Fact]
    public async Task Without_a_signature_SPF_alone_may_stand_behind_the_author()
    {
        byte[] message = Encoding.ASCII.GetBytes(Text);

        Assert.Equal(AuthStatus.Pass, (await CheckAsync(message, new SpfEvidence("bounce.sender.example", AuthStatus.Pass))).Dmarc.Status);
        Assert.Equal(AuthStatus.Fail, (await CheckAsync(message, new SpfEvidence("bounce.sender.example", AuthStatus.SoftFail))).Dmarc.Status);
        Assert.Equal(AuthStatus.TemporaryError, (await CheckAsync(message, new SpfEvidence("bounce.sender.example", AuthStatus.TemporaryError))).Dmarc.Status);
    }

    [Fact]
    public async Task A_key_that_is_not_answered_for_leaves_the_author_open()
    {
        byte[] message = Signed();
        _resolver.Failing.Add($"txt {_keys.Get("sender.example").RecordName}");

        AuthenticationResult result = await CheckAsync(message, null);

        Assert.Equal(AuthStatus.TemporaryError, Assert.Single(result.Dkim).Status);
        Assert.Equal((AuthStatus.TemporaryError, DmarcPolicy.None), (result.Dmarc.Status, result.Dmarc.Applied));
    }

    public void Dispose() => _data.Dispose();

    private ValueTask<AuthenticationResult> CheckAsync(byte[] message, SpfEvidence? spf) =>
        new AuthenticationCheck(_resolver, _clock).CheckAsync(Messages.InMemory(message), Task.FromResult(spf), TestContext.Current.CancellationToken);

    private byte[] Signed()
    {
        byte[] message = Encoding.ASCII.GetBytes(Text);
        return [.. DkimSigner.Sign(message, Key("sender.example"), _clock.GetUtcNow()), .. message];
    }

    private async Task<byte[]> SealedAsync(byte[] message)
    {
        byte[]? block = await ArcSealer.SealAsync(
            Messages.InMemory(message), new ArcResult(AuthStatus.None, string.Empty), "hop.example; none", Key("hop.example"), _clock.GetUtcNow(), TestContext.Current.CancellationToken);
        return [.. block!, .. message];
    }

    private SigningKey Key(string domain)
    {
        SigningKey key = _keys.Get(domain);
        _resolver.Txt[key.RecordName] = [key.RecordText];
        return key;
    }
}
