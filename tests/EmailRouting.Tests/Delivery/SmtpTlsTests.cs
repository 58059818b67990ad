using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailRouting.Delivery;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class SmtpTlsTests
{
    [Fact]
    public async Task Tls_is_used_where_it_is_offered_whoever_signed_the_certificate()
    {
        await using var remote = new ScriptedSmtpServer("STARTTLS") { Certificate = SelfSigned() };
        await using Post post = Post.To(remote);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
        Assert.StartsWith("TLS1.", attempt.Tls, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Opportunistic", true)]
    [InlineData("Require", false)]
    public async Task A_failed_handshake_falls_back_to_clear_text_only_where_that_is_allowed(string tls, bool isDelivered)
    {
        // Says 220 and then hangs up instead of shaking hands.
        await using var remote = new ScriptedSmtpServer("STARTTLS");
        remote.At("STARTTLS", Reaction.SayAndClose("220 2.0.0 go"));
        await using Post post = Post.To(remote, ("Tls", tls));

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.Equal(isDelivered, attempt.Outcome is DeliveryOutcome.Delivered);
        Assert.Empty(attempt.Tls);
        Assert.Equal(isDelivered ? 1 : 0, remote.Messages.Count);
    }

    [Fact]
    public async Task Required_tls_that_is_not_offered_or_not_verified_at_a_smarthost_defers()
    {
        await using var plain = new ScriptedSmtpServer();
        await using var selfSigned = new ScriptedSmtpServer("STARTTLS") { Certificate = SelfSigned() };
        foreach (ScriptedSmtpServer remote in new[] { plain, selfSigned })
        {
            await using Post post = Post.To(remote, ("Tls", "Require"));
            Assert.IsType<DeliveryOutcome.Deferred>((await post.SendAsync(Post.Consignment())).Outcome);
            Assert.Empty(remote.Messages);
        }
    }

    [Fact]
    public async Task A_smarthost_is_signed_in_to()
    {
        await using var remote = new ScriptedSmtpServer("AUTH LOGIN PLAIN");
        await using var post = new Post(new FakeResolver(), ("Smarthost", $"smtp://us%40er:p%3Aw@{remote.EndPoint}"));

        Assert.IsType<DeliveryOutcome.Delivered>((await post.SendAsync(Post.Consignment())).Outcome);

        string plain = Convert.ToBase64String("\0us@er\0p:w"u8);
        Assert.Contains($"AUTH PLAIN {plain}", remote.Commands);
    }

    [Fact]
    public async Task A_wrong_password_is_about_us_and_not_about_the_mail()
    {
        await using var remote = new ScriptedSmtpServer("AUTH PLAIN");
        remote.At("AUTH", Reaction.Say("535 5.7.8 no"));
        await using var post = new Post(new FakeResolver(), ("Smarthost", $"smtp://user:wrong@{remote.EndPoint}"));

        Assert.Equal(535, Assert.IsType<DeliveryOutcome.Deferred>((await post.SendAsync(Post.Consignment())).Outcome).Reply.Code);
    }

    [Fact]
    public async Task Smtps_is_tls_from_the_first_byte()
    {
        await using var remote = new ScriptedSmtpServer { Certificate = SelfSigned(), IsImplicitTls = true };
        await using var post = new Post(new FakeResolver(), ("Smarthost", $"smtps://{remote.EndPoint}"));

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
        Assert.StartsWith("TLS1.", attempt.Tls, StringComparison.Ordinal);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=remote.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
