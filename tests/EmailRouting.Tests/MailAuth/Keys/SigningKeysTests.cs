using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Keys;

public sealed class SigningKeysTests : IDisposable
{
    private readonly TemporaryData _data = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_key_is_made_once_and_found_again()
    {
        SigningKey made = new SigningKeys(_data.Directory, _clock).Get("example.com");
        SigningKey found = new SigningKeys(_data.Directory, _clock).Get("example.com");

        Assert.Equal("er2026a._domainkey.example.com", made.RecordName);
        Assert.Equal(made.RecordText, found.RecordText);
        Assert.Null(new SigningKeys(_data.Directory, _clock).Find("other.example"));
    }

    [Fact]
    public void Its_record_is_a_key_record_for_mail()
    {
        SigningKey key = new SigningKeys(_data.Directory, _clock).Get("example.com");

        Assert.True(KeyRecord.TryParse(key.RecordText, out KeyRecord? record, out string? problem), problem);
        Assert.Equal(SigningAlgorithm.RsaSha256, record.Algorithm);
    }

    [Fact]
    public void Only_its_owner_may_read_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix modes do not exist on Windows.");
            return;
        }

        new SigningKeys(_data.Directory, _clock).Get("example.com");

        string folder = Path.Combine(_data.Directory.Keys, "example.com");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(folder))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void The_newest_key_signs_and_the_older_ones_stay()
    {
        var keys = new SigningKeys(_data.Directory, _clock);
        keys.Get("example.com");
        keys.Prepare("example.com");
        keys.Rotate("example.com");
        _clock.SetUtcNow(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        keys.Prepare("example.com");
        keys.Rotate("example.com");

        Assert.Equal("er2027a", keys.Get("example.com").Selector);
        Assert.Equal("er2027a", new SigningKeys(_data.Directory, _clock).Get("example.com").Selector);
        Assert.Equal(
            ["er2026a.pem", "er2026b.pem", "er2027a.pem"],
            Directory.GetFiles(Path.Combine(_data.Directory.Keys, "example.com")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void The_next_key_signs_once_it_is_told_to()
    {
        var keys = new SigningKeys(_data.Directory, _clock);
        SigningKey first = keys.Get("example.com");
        Assert.Null(keys.Rotate("example.com"));

        SigningKey next = keys.Prepare("example.com");

        Assert.Equal(("er2026b", "er2026a"), (next.Selector, keys.Get("example.com").Selector));
        Assert.Equal("er2026a", new SigningKeys(_data.Directory, _clock).Get("example.com").Selector);
        _clock.SetUtcNow(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(next.RecordText, keys.Prepare("example.com").RecordText);
        Assert.Equal(next.RecordText, keys.Rotate("example.com")!.RecordText);
        Assert.Equal(next.RecordText, keys.Get("example.com").RecordText);
        Assert.NotEqual(first.RecordText, next.RecordText);
    }

    [Fact]
    public void What_another_process_rotates_is_seen_within_a_minute()
    {
        var keys = new SigningKeys(_data.Directory, _clock);
        keys.Get("example.com");
        var other = new SigningKeys(_data.Directory, _clock);
        other.Prepare("example.com");
        other.Rotate("example.com");

        Assert.Equal("er2026a", keys.Get("example.com").Selector);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("er2026b", keys.Get("example.com").Selector);
    }

    [Theory]
    [InlineData("../etc")]
    [InlineData("Example.com")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public void What_is_no_domain_name_has_no_key(string domain) =>
        Assert.Throws<ArgumentException>(() => new SigningKeys(_data.Directory, _clock).Get(domain));

    public void Dispose() => _data.Dispose();
}
