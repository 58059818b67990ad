using System.Runtime.Versioning;
using System.Text;
using EmailRouting.Server.Tests.Profiles;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>Somebody else's judgement of the chain that we seal.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RspamdTests
{
    private const string Text = "From: Me <me@sender.test>\r\nTo: hello@router.test\r\nSubject:   odd \t subject \r\n  folded\r\nMessage-ID: <1@sender.test>\r\nMIME-Version: 1.0\r\n\r\nhello \t\r\n\r\n\r\n";

    [Fact]
    public async Task Rspamd_finds_our_seal_valid_and_that_over_our_seal_too()
    {
        await using ProfileServer server = await ProfileServer.StartAsync(ForwardingProfile.Authenticated);
        await using Rspamd rspamd = await Rspamd.StartAsync(server.Dns.EndPoint);
        server.Publish("router.test");

        await server.SendAsync(Text);
        byte[] once = (await server.ArrivedAsync(1))[0].Content;
        await server.SendAsync(Encoding.ASCII.GetString(once));
        byte[] twice = (await server.ArrivedAsync(2))[1].Content;

        Assert.Contains("i=2; a=rsa-sha256", Encoding.ASCII.GetString(twice), StringComparison.Ordinal);
        Assert.Contains("ARC_ALLOW", await rspamd.JudgeAsync(once));
        Assert.Contains("ARC_ALLOW", await rspamd.JudgeAsync(twice));

        byte[] changed = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(twice).Replace("hello \t", "goodbye", StringComparison.Ordinal));
        Assert.DoesNotContain("ARC_ALLOW", await rspamd.JudgeAsync(changed));
    }
}
