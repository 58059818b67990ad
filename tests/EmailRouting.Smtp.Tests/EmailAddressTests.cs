using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("user@example.com", "user", "example.com")]
    [InlineData("User+Tag@EXAMPLE.com", "User+Tag", "example.com")]
    [InlineData("\"a b\"@example.com", "a b", "example.com")]
    [InlineData("\"a\\\"b@c\"@example.com", "a\"b@c", "example.com")]
    [InlineData("\"hello\"@example.com", "hello", "example.com")]
    [InlineData("a..b.@example.jp", "a..b.", "example.jp")]
    [InlineData("user%other@example.com", "user%other", "example.com")]
    [InlineData("a!b@example.com", "a!b", "example.com")]
    [InlineData("user@[192.0.2.001]", "user", "[192.0.2.1]")]
    [InlineData("user@[IPv6:2001:DB8:0::1]", "user", "[ipv6:2001:db8::1]")]
    [InlineData("user@[tag:Content@x]", "user", "[tag:content@x]")]
    [InlineData("user@bücher.example", "user", "xn--bcher-kva.example")]
    [InlineData("user@BÜCHER。example", "user", "xn--bcher-kva.example")]
    [InlineData("грета@пример.example", "грета", "xn--e1afmkfd.example")]
    [InlineData("e\u0301t@example.com", "\u00E9t", "example.com")]
    [InlineData("user@under_score.example.com", "user", "under_score.example.com")]
    [InlineData("user@localhost", "user", "localhost")]
    public void An_address_is_its_local_part_and_its_domain(string text, string localPart, string domain)
    {
        Assert.True(EmailAddress.TryParse(text, out EmailAddress? address));

        Assert.Equal((text, localPart, domain), (address.Text, address.LocalPart, address.Domain));
    }

    [Theory]
    [InlineData("")]
    [InlineData("user")]
    [InlineData("postmaster")]
    [InlineData("@example.com")]
    [InlineData("user@")]
    [InlineData(".a@example.com")]
    [InlineData("a b@example.com")]
    [InlineData("a@b@example.com")]
    [InlineData("<user@example.com>")]
    [InlineData("user@example.com.")]
    [InlineData("user@a..b")]
    [InlineData("user@-a.b")]
    [InlineData("user@a-.b")]
    [InlineData("user@a b")]
    [InlineData("user@[256.0.0.1]")]
    [InlineData("user@[1.2.3]")]
    [InlineData("user@[192.0.\0.1]")]
    [InlineData("user@[192.0\0.2.1]")]
    [InlineData("user@[IPv6:1]")]
    [InlineData("user@[IPv6:::1%1]")]
    [InlineData("user@[]")]
    [InlineData("user@exa\rmple.com")]
    [InlineData("\"a\nb\"@example.com")]
    [InlineData("\"open@example.com")]
    [InlineData("us\u202Eer@example.com")]
    [InlineData("us\u00A0er@example.com")]
    public void What_is_no_mailbox_is_no_address(string text) => Assert.False(EmailAddress.TryParse(text, out _));

    [Fact]
    public void Half_a_surrogate_pair_is_no_address()
    {
        Assert.False(EmailAddress.TryParse("a\uD800@example.com", out _));
        Assert.False(EmailAddress.TryParse("a@\uDC00.example", out _));
    }

    [Fact]
    public void The_whole_address_is_bounded_and_its_local_part_only_by_it()
    {
        Assert.True(EmailAddress.TryParse(new string('a', 254 - "@example.com".Length) + "@example.com", out _));
        Assert.False(EmailAddress.TryParse(new string('a', 255 - "@example.com".Length) + "@example.com", out _));
        Assert.False(EmailAddress.TryParse(new string('é', 127) + "@example.com", out _));
        Assert.True(EmailAddress.TryParse($"a@{new string('b', 63)}.example", out _));
        Assert.False(EmailAddress.TryParse($"a@{new string('b', 64)}.example", out _));
    }

    [Theory]
    [InlineData("user@Example.com", "user@Example.com")]
    [InlineData("user@bücher.example", "user@xn--bcher-kva.example")]
    [InlineData("грета@example.com", null)]
    public void Only_a_domain_has_an_ascii_form(string text, string? ascii)
    {
        Assert.True(EmailAddress.TryParse(text, out EmailAddress? address));

        Assert.Equal(ascii, address.ToAscii());
        Assert.Equal(ascii == text, address.IsAscii);
    }

    [Theory]
    [InlineData("Hello@Example.com", "\"hello\"@example.COM")]
    [InlineData("user@bücher.example", "USER@xn--bcher-kva.example")]
    [InlineData("user@[IPv6:::1]", "user@[ipv6:0:0:0:0:0:0:0:1]")]
    public void Spellings_of_one_mailbox_are_equal(string one, string other)
    {
        Assert.True(EmailAddress.TryParse(one, out EmailAddress? first));
        Assert.True(EmailAddress.TryParse(other, out EmailAddress? second));

        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }
}
