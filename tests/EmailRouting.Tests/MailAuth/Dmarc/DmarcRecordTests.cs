using EmailRouting.MailAuth.Dmarc;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Dmarc;

public sealed class DmarcRecordTests
{
    [Fact]
    public void Every_tag_that_decides_is_read() => Assert.Equal(
        new DmarcRecord(DmarcPolicy.Reject, DmarcPolicy.Quarantine, DmarcPolicy.None, StrictDkim: true, StrictSpf: true, IsTest: true, PublicSuffix: true),
        Read("v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=s; t=y; psd=y"));

    [Theory]
    [InlineData("v=DMARC1")]
    [InlineData("v=DMARC1;")]
    [InlineData("v = DMARC1 ; p = none ; ; x=y; =; adkim=q; psd=u; ri=3600; rf=afrf; fo=1:d:s; pct=50")]
    [InlineData("v=DMARC1; p=bogus; rua=mailto:d@example.com")]
    [InlineData("v=DMARC1; p=reject; sp=bogus; rua=mailto:d@example.com")]
    public void What_is_unknown_or_missing_means_the_default(string text) =>
        Assert.Equal(new DmarcRecord(DmarcPolicy.None, null, null, StrictDkim: false, StrictSpf: false, IsTest: false, PublicSuffix: null), Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("p=reject; v=DMARC1")]
    [InlineData("v=dmarc1; p=reject")]
    [InlineData("v=DMARC10; p=reject")]
    [InlineData("v=spf1 -all")]
    [InlineData("v=DMARC1; p=bogus")]
    [InlineData("v=DMARC1; p=reject; np=bogus; rua=nowhere")]
    public void What_is_no_policy_record_is_left_out(string text) => Assert.False(DmarcRecord.TryParse(text, out _));

    [Fact]
    public void Records_of_RFC_7489_read_alike()
    {
        Assert.Equal(DmarcPolicy.Reject, Read("v=DMARC1;P=Reject;PCT=100;RI=86400")!.Policy);
        Assert.True(Read("v=DMARC1; p=reject; pct=0")!.IsTest);
        Assert.False(Read("v=DMARC1; p=reject; pct=20")!.IsTest);
    }

    private static DmarcRecord? Read(string text) => DmarcRecord.TryParse(text, out DmarcRecord? record) ? record : null;
}
