using EmailRouting.Delivery;
using EmailRouting.Network;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class MtaStsPolicyTests
{
    [Theory]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n", MtaStsMode.Enforce)]
    [InlineData("version:STSv1\nmode:testing\nmx:mail.example.com\nmax_age:1", MtaStsMode.Testing)]
    [InlineData("max_age: 86400\nmx:\tMail.Example.COM.  \nfuture: x:y\nmode: testing\nversion: STSv1\n\n", MtaStsMode.Testing)]
    [InlineData("version: STSv1\nmode: none\nmax_age: 86400\n", MtaStsMode.None)]
    [InlineData("version: STSv1\nmode: enforce\nmode: none\nmx: a.example\nmax_age: 5\n", MtaStsMode.Enforce)]
    public void A_policy_is_read(string text, MtaStsMode mode)
    {
        Assert.True(MtaStsPolicy.TryParse(text, out MtaStsPolicy? policy));
        Assert.Equal(mode, policy.Mode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html><body>not here</body></html>")]
    [InlineData("version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 5\n")]
    [InlineData("mode: enforce\nmx: a.example\nmax_age: 5\n")]
    [InlineData("version: STSv1\nmx: a.example\nmax_age: 5\n")]
    [InlineData("version: STSv1\nmode: Enforce\nmx: a.example\nmax_age: 5\n")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 5\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: -5\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 99999999999999999999\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: *.\nmax_age: 5\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: *\nmax_age: 5\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: mail.*.example\nmax_age: 5\n")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.example\0\nmax_age: 5\n")]
    [InlineData(": x\nversion: STSv1\nmode: enforce\nmx: a.example\nmax_age: 5\n")]
    public void What_is_no_policy_is_not_read(string text) => Assert.False(MtaStsPolicy.TryParse(text, out _));

    [Fact]
    public void A_policy_holds_a_year_at_most()
    {
        Assert.True(MtaStsPolicy.TryParse("version: STSv1\nmode: none\nmax_age: 9999999999\n", out MtaStsPolicy? policy));
        Assert.Equal(TimeSpan.FromSeconds(31_557_600), policy.MaxAge);
    }

    [Theory]
    [InlineData("mail.example.com", true)]
    [InlineData("MAIL.example.com.", true)]
    [InlineData("other.example.com", false)]
    [InlineData("a.example.net", true)]
    [InlineData("example.net", false)]
    [InlineData("a.b.example.net", false)]
    [InlineData("aexample.net", false)]
    [InlineData(".example.net", false)]
    [InlineData("net", false)]
    public void An_asterisk_is_one_label(string host, bool isListed)
    {
        Assert.True(MtaStsPolicy.TryParse("version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 5\n", out MtaStsPolicy? policy));
        Assert.Equal(isListed, policy.Lists(host));
    }

    [Theory]
    [InlineData("20160831085700Z", "v=STSv1; id=20160831085700Z;")]
    [InlineData("1", "v=STSv1;id=1")]
    [InlineData("1", "v=STSv1 ; x=y; id=1", "v=spf1 -all")]
    [InlineData(null, "v=STSv1; id=1", "v=STSv1; id=2")]
    [InlineData(null, "v=STSv1")]
    [InlineData(null, "v=STSv1;")]
    [InlineData(null, "v=STSv1; id=")]
    [InlineData(null, "v=STSv1; id=a-b")]
    [InlineData(null, "v=STSv1; id=123456789012345678901234567890123")]
    [InlineData(null, "v=STSv10; id=1")]
    [InlineData(null, "id=1; v=STSv1")]
    public void A_policy_is_announced_by_one_record_with_an_id(string? id, params string[] texts) => Assert.Equal(id, MtaStsRecord.IdOf(texts));
}
