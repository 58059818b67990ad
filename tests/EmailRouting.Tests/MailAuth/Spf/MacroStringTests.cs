using System.Net;
using EmailRouting.MailAuth.Spf;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Spf;

public sealed class MacroStringTests
{
    // The example of RFC 7208 §7.4.
    private static readonly SpfQuery Query =
        new(SpfIdentity.MailFrom, IPAddress.Parse("192.0.2.3"), "mx.helo.example", "strong-bad", "email.example.com");

    private static readonly SpfQuery Six = Query with { Client = IPAddress.Parse("2001:db8::cb01") };

    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d3}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{d99999999999999999999}", "email.example.com")]
    [InlineData("%{d002}", "example.com")]
    [InlineData("%{l}", "strong-bad")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    [InlineData("%{S}", "strong-bad%40email.example.com")]
    [InlineData("%{h}.%{p}", "mx.helo.example.unknown")]
    [InlineData("a%%b%_c%-d.example.com.", "a%b c%20d.example.com")]
    public void Macros_expand_as_the_standard_shows(string text, string expected)
    {
        Assert.True(MacroString.TryParseDomain(text, out MacroString? macros));
        Assert.Equal(expected, macros.ExpandDomain(Values(Query)));
    }

    [Fact]
    public void An_address_of_the_newer_family_is_its_nibbles()
    {
        Assert.True(MacroString.TryParseDomain("%{ir}.%{v}._spf.%{d2}", out MacroString? macros));
        Assert.Equal(
            "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com", macros.ExpandDomain(Values(Six)));
    }

    [Fact]
    public void Letters_for_people_are_for_explanations_alone()
    {
        const string text = "%{c} at %{t} by %{r}";

        Assert.False(MacroString.TryParseDomain("%{c}.%{t}.%{r}", out _));
        Assert.True(MacroString.TryParseExplanation(text, out MacroString? macros));
        Assert.Equal("192.0.2.3 at 1000 by receiver.example", macros.Expand(Values(Query), most: 100));
    }

    [Fact]
    public void A_name_that_is_too_long_loses_labels_on_its_left()
    {
        string labels = string.Concat(Enumerable.Range(0, 60).Select(i => $"l{i:D4}."));

        Assert.True(MacroString.TryParseDomain($"{labels}%{{d}}", out MacroString? macros));
        string domain = macros.ExpandDomain(Values(Query));

        Assert.InRange(domain.Length, 248, 253);
        Assert.StartsWith("l", domain, StringComparison.Ordinal);
        Assert.EndsWith("l0059.email.example.com", domain, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_all_macros_expands_no_further_than_is_needed()
    {
        string text = string.Concat(Enumerable.Repeat("%{s}.", 20_000)) + "%{d}";

        Assert.True(MacroString.TryParseDomain(text, out MacroString? macros));
        Assert.InRange(macros.ExpandDomain(Values(Query)).Length, 200, 253);
        Assert.Equal(500, macros.Expand(Values(Query), most: 500).Length);
    }

    private static MacroValues Values(SpfQuery query) => new(query, query.Domain, "unknown", "receiver.example", DateTimeOffset.FromUnixTimeSeconds(1000));
}
