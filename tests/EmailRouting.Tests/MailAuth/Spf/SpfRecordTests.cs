using EmailRouting.MailAuth.Spf;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Spf;

public sealed class SpfRecordTests
{
    [Theory]
    [InlineData("v=spf1", true)]
    [InlineData("v=spf1 ", true)]
    [InlineData("V=SPF1 -all", true)]
    [InlineData("v=spf10 -all", false)]
    [InlineData("v=spf1-all", false)]
    [InlineData("v=spf1\t-all", false)]
    [InlineData(" v=spf1 -all", false)]
    [InlineData("v=spf2.0/pra -all", false)]
    [InlineData("", false)]
    public void A_record_is_ours_by_its_version_alone(string text, bool isSpf) => Assert.Equal(isSpf, SpfRecord.IsSpf(text));

    [Theory]
    [InlineData("v=spf1 a:example.com\r\n -all", "a:example.com\r\n")]
    [InlineData("v=spf1 -all\n", "-all\n")]
    [InlineData("v=spf1 a:example.com\0 -all", "a:example.com\0")]
    [InlineData("v=spf1\u00A0-all", "v=spf1\u00A0-all")]
    [InlineData("v=spf1 a:ex\u00E4mple.com -all", "a:ex\u00E4mple.com")]
    [InlineData("v=spf1 -all x=\u00E4", "x=\u00E4")]
    [InlineData("v=spf1 -all\tmx", "-all\tmx")]
    [InlineData("v=spf1 - all", "-")]
    [InlineData("v=spf1 =", "=")]
    [InlineData("v=spf1 :", ":")]
    [InlineData("v=spf1 --all", "--all")]
    [InlineData("v=spf1 -redirect=example.com", "-redirect=example.com")]
    [InlineData("v=spf1 ip4:1.2.3.4/", "ip4:1.2.3.4/")]
    [InlineData("v=spf1 ip4:01.2.3.4", "ip4:01.2.3.4")]
    [InlineData("v=spf1 ip4:1.2.3.256", "ip4:1.2.3.256")]
    [InlineData("v=spf1 ip4:1.2.3.4.5", "ip4:1.2.3.4.5")]
    [InlineData("v=spf1 ip4:::1", "ip4:::1")]
    [InlineData("v=spf1 ip6:1.2.3.4", "ip6:1.2.3.4")]
    [InlineData("v=spf1 ip6:fe80::1%eth0", "ip6:fe80::1%eth0")]
    [InlineData("v=spf1 ip6:[::1]", "ip6:[::1]")]
    [InlineData("v=spf1 ip6:::1/0128", "ip6:::1/0128")]
    [InlineData("v=spf1 a/24//129", "a/24//129")]
    [InlineData("v=spf1 a/", "a/")]
    [InlineData("v=spf1 a//", "a//")]
    [InlineData("v=spf1 a///64", "a///64")]
    [InlineData("v=spf1 a:/24", "a:/24")]
    [InlineData("v=spf1 include:%{d0}", "include:%{d0}")]
    [InlineData("v=spf1 include:%{d", "include:%{d")]
    [InlineData("v=spf1 include:%", "include:%")]
    [InlineData("v=spf1 include:%{}", "include:%{}")]
    [InlineData("v=spf1 include:%{c}.example.com", "include:%{c}.example.com")]
    [InlineData("v=spf1 include:%{d!}", "include:%{d!}")]
    public void A_record_with_an_error_anywhere_cannot_be_read_and_says_where(string text, string where)
    {
        Assert.False(SpfRecord.TryParse(text, out SpfRecord? record, out string? unreadable));
        Assert.Null(record);
        Assert.Equal(where, unreadable);
    }

    [Theory]
    [InlineData("a", 32, 128, null)]
    [InlineData("A/0", 0, 128, null)]
    [InlineData("a//0", 32, 0, null)]
    [InlineData("a/24//64", 24, 64, null)]
    [InlineData("a:example.com", 32, 128, "example.com")]
    [InlineData("a:example.com/24//64", 24, 64, "example.com")]
    [InlineData("a:a/1.example.com/24", 24, 128, "a/1.example.com")]
    [InlineData("a:%{d}/24", 24, 128, "%{d}")]
    [InlineData("a:%{d/}", 32, 128, "%{d/}")]
    public void Prefixes_are_cut_from_the_end_and_the_rest_is_the_domain(string term, int prefix4, int prefix6, string? domain)
    {
        var a = Assert.IsType<SpfMechanism.A>(Assert.Single(Read($"v=spf1 {term}").Mechanisms));

        Assert.Equal((prefix4, prefix6, domain, term), (a.Prefix4, a.Prefix6, a.Domain?.Text, a.Text));
    }

    [Fact]
    public void Every_mechanism_is_read_with_its_qualifier()
    {
        SpfRecord record = Read("v=spf1 +include:a.example -a ~mx ?ptr ip4:192.0.2.0/24 -IP6:2001:DB8::/32 exists:%{i}.a.example ~ALL exp=e.example redirect=r.example x-y.z=%{t}");

        Assert.Equal(
            [SpfResult.Pass, SpfResult.Fail, SpfResult.SoftFail, SpfResult.Neutral, SpfResult.Pass, SpfResult.Fail, SpfResult.Pass, SpfResult.SoftFail],
            record.Mechanisms.Select(mechanism => mechanism.Result));
        Assert.Equal(
            ["Include", "A", "Mx", "ClientName", "Ip", "Ip", "Exists", "All"], record.Mechanisms.Select(mechanism => mechanism.GetType().Name));
        Assert.Equal(("e.example", "r.example"), (record.Explanation?.Text, record.Redirect?.Text));
    }

    [Fact]
    public void A_record_of_ten_thousand_terms_is_read()
    {
        string text = "v=spf1 " + string.Concat(Enumerable.Repeat("ip4:192.0.2.1 ", 10_000)) + "-all";

        Assert.Equal(10_001, Read(text).Mechanisms.Length);
    }

    private static SpfRecord Read(string text) => SpfRecord.TryParse(text, out SpfRecord? record, out string? unreadable) ? record : throw new FormatException(unreadable);
}
