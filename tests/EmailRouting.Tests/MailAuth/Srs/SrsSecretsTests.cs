using EmailRouting.MailAuth.Srs;
using EmailRouting.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Srs;

public sealed class SrsSecretsTests : IDisposable
{
    private readonly TemporaryData _data = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void An_address_is_known_after_a_restart_and_after_one_rotation_and_not_after_two()
    {
        EmailAddress sender = Messages.Address("a@x.example");
        EmailAddress rewritten = new SrsRewriter(SrsSecrets.Load(_data.Directory), _clock).Rewrite(sender, "ours.example")!;

        var secrets = SrsSecrets.Load(_data.Directory);
        secrets.Rotate();
        Assert.IsType<SrsAnswer.Reversed>(new SrsRewriter(secrets, _clock).Reverse(rewritten));
        Assert.IsType<SrsAnswer.Reversed>(new SrsRewriter(SrsSecrets.Load(_data.Directory), _clock).Reverse(rewritten));
        Assert.NotEqual(rewritten.Text, new SrsRewriter(secrets, _clock).Rewrite(sender, "ours.example")!.Text);

        secrets.Rotate();
        Assert.IsType<SrsAnswer.Forged>(new SrsRewriter(secrets, _clock).Reverse(rewritten));
    }

    [Fact]
    public void Only_their_owner_may_read_them()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix modes do not exist on Windows.");
            return;
        }

        SrsSecrets.Load(_data.Directory).Rotate();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(_data.Directory.Keys))));
    }

    [Fact]
    public void A_file_of_postsrsd_is_taken_over()
    {
        File.WriteAllText(Path.Combine(_data.Directory.Keys, "srs-secrets"), "tops3cr3t\n\nolder\n");
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1577836860));
        EmailAddress sender = Messages.Address("test@otherdomain.com");

        Assert.Equal(
            "SRS0=vmyz=2W=otherdomain.com=test@example.com",
            new SrsRewriter(SrsSecrets.Load(_data.Directory), clock).Rewrite(sender, "example.com")!.Text);
    }

    public void Dispose() => _data.Dispose();
}
