using EmailRouting.MailAuth.Srs;
using EmailRouting.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Srs;

public sealed class SrsRewriterTests
{
    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(1577836860);

    private readonly FakeTimeProvider _clock = new(Then);

    [Fact]
    public void The_published_vector_comes_out() =>
        Assert.Equal("SRS0=vmyz=2W=otherdomain.com=test@example.com", Rewrite("test@otherdomain.com", "example.com"));

    [Theory]
    [InlineData("test@otherdomain.com")]
    [InlineData("a=b=c+d-e@x.example")]
    [InlineData("\"quoted local\"@x.example")]
    [InlineData("\"a\\\"b\\\\c\"@x.example")]
    [InlineData("a..b.@x.example")]
    [InlineData("user@[192.0.2.1]")]
    [InlineData("jörg@bücher.example")]
    [InlineData("srs0rt@x.example")]
    [InlineData("SRS0@x.example")]
    public void What_is_rewritten_comes_back(string sender)
    {
        string rewritten = Rewrite(sender, "ours.example");

        Assert.StartsWith("SRS0=", rewritten.TrimStart('"'), StringComparison.Ordinal);
        Assert.Equal(Parse(sender), Assert.IsType<SrsAnswer.Reversed>(Reverse(rewritten)).Sender);
    }

    [Theory]
    [InlineData("SRS0=abcd=2W=first.example=user@second.example", "SRS0=abcd=2W=first.example=user@second.example")]
    [InlineData("SRS0+abcd+2W+first.example+user@second.example", "SRS0+abcd+2W+first.example+user@second.example")]
    [InlineData("srs0-abcd=2W=first.example=user@second.example", "SRS0-abcd=2W=first.example=user@second.example")]
    public void The_address_of_another_forwarder_is_guarded_and_goes_back_to_it(string sender, string back)
    {
        string rewritten = Rewrite(sender, "ours.example");

        Assert.StartsWith("SRS1=", rewritten, StringComparison.Ordinal);
        Assert.Equal(back, Assert.IsType<SrsAnswer.Reversed>(Reverse(rewritten)).Sender.Text);
    }

    [Fact]
    public void Behind_two_forwarders_the_address_grows_no_more()
    {
        var third = new SrsRewriter(SrsSecrets.Of("third"), _clock);
        string second = Rewrite("SRS0=abcd=2W=origin.example=user@first.example", "second.example");

        string rewritten = third.Rewrite(Parse(second), "third.example")!.Text;

        Assert.Matches("^SRS1=....=first.example==abcd=2W=origin.example=user@third.example$", rewritten);
        Assert.Equal("SRS0=abcd=2W=origin.example=user@first.example", Assert.IsType<SrsAnswer.Reversed>(third.Reverse(Parse(rewritten))).Sender.Text);
    }

    [Fact]
    public void Case_that_was_lost_on_the_way_does_no_harm()
    {
        string rewritten = Rewrite("Test@otherdomain.com", "example.com");

        Assert.Equal("test@otherdomain.com", Assert.IsType<SrsAnswer.Reversed>(Reverse(rewritten.ToLowerInvariant())).Sender.Text);
        Assert.IsType<SrsAnswer.Reversed>(Reverse(rewritten.ToUpperInvariant()));
    }

    [Theory]
    [InlineData("SRS0=vmyx=2W=otherdomain.com=test@example.com")]
    [InlineData("SRS0=vmyz=2X=otherdomain.com=test@example.com")]
    [InlineData("SRS0=vmyz=2W=otherdomain.org=test@example.com")]
    [InlineData("SRS0=vmyz=2W=otherdomain.com=tests@example.com")]
    [InlineData("SRS0==2W=otherdomain.com=test@example.com")]
    [InlineData("SRS0=vmyz@example.com")]
    [InlineData("SRS0=@example.com")]
    [InlineData("SRS1=vmyz=otherdomain.com=test@example.com")]
    [InlineData("SRS1=vmyz=otherdomain.com==aaaa=2W=x=y@example.com")]
    [InlineData("SRS1=@example.com")]
    public void What_we_did_not_make_is_forged(string address) => Assert.IsType<SrsAnswer.Forged>(Reverse(address));

    [Theory]
    [InlineData("hello@example.com")]
    [InlineData("SRS0@example.com")]
    [InlineData("SRS2=a@example.com")]
    public void Other_addresses_are_other_addresses(string address) => Assert.IsType<SrsAnswer.NotSrs>(Reverse(address));

    [Fact]
    public void An_address_lives_three_weeks()
    {
        string rewritten = Rewrite("test@otherdomain.com", "example.com");

        _clock.Advance(TimeSpan.FromDays(21));
        Assert.IsType<SrsAnswer.Reversed>(Reverse(rewritten));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.IsType<SrsAnswer.Expired>(Reverse(rewritten));
    }

    [Fact]
    public void The_days_come_round_without_a_gap()
    {
        for (int day = 0; day < 1100; day++, _clock.Advance(TimeSpan.FromDays(1)))
        {
            Assert.IsType<SrsAnswer.Reversed>(Reverse(Rewrite("test@otherdomain.com", "example.com")));
        }
    }

    [Fact]
    public void Our_own_sender_stays() => Assert.Equal("me@ours.example", Rewrite("me@ours.example", "ours.example"));

    [Fact]
    public void A_sender_that_would_become_too_long_stays_as_it_is() =>
        Assert.Null(new SrsRewriter(SrsSecrets.Of("tops3cr3t"), _clock).Rewrite(Parse($"{new string('a', 200)}@{new string('b', 40)}.example"), "ours.example"));

    private string Rewrite(string sender, string domain) => new SrsRewriter(SrsSecrets.Of("tops3cr3t"), _clock).Rewrite(Parse(sender), domain)!.Text;

    private SrsAnswer Reverse(string address) => new SrsRewriter(SrsSecrets.Of("tops3cr3t"), _clock).Reverse(Parse(address));

    private static EmailAddress Parse(string text) => Messages.Address(text);
}
