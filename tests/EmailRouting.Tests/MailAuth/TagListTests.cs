using System.Text;
using EmailRouting.MailAuth;
using Xunit;

namespace EmailRouting.Tests.MailAuth;

/// <summary>Tags are read where they stand, folded and spaced as a signer wrote them.</summary>
public sealed class TagListTests
{
    private const int Longest = 40;

    [Fact]
    public void Values_are_found_without_the_white_space_around_them()
    {
        TagList tags = Read("v=1;\r\n\ta = rsa-sha256 ; h=from :\r\n to;b=;");

        Assert.Equal(("1", "rsa-sha256", "from :\r\n to", ""), (tags["v"], tags["a"], tags["h"], tags["b"]));
        Assert.Equal("from:to", tags.Compact("h"));
        Assert.Equal("v", tags.FirstName);
        Assert.Null(tags["A"]);
        Assert.Null(tags.Compact("x"));
        Assert.Equal(10..22, tags.RangeOf("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ; v=1")]
    [InlineData("v=1;;a=2")]
    [InlineData("v=1; a")]
    [InlineData("v=1; =2")]
    [InlineData("v=1; 1a=2")]
    [InlineData("v=1; a b=2")]
    [InlineData("v=1; v=2")]
    [InlineData("v=1; a=\u0001")]
    public void What_is_no_list_is_none(string text) => Assert.False(TagList.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("TWFu", "Man")]
    [InlineData("T W\r\n\tFu", "Man")]
    [InlineData("TWE=", "Ma")]
    [InlineData("TWE", "Ma")]
    [InlineData("TQ", "M")]
    [InlineData("T", null)]
    [InlineData("", null)]
    [InlineData("TQ=", "M")]
    [InlineData("T===", null)]
    [InlineData("TW-u", null)]
    [InlineData("TWFü", null)]
    [InlineData("TWFuTWFuTWFuTWFuTWFuTWFuTWFuTWFuTWFuTWFu", "ManManManManManManManManManMan")]
    [InlineData("TWFuTWFuTWFuTWFuTWFuTWFuTWFuTWFuTWFuTWFuT", null)]
    public void Base64_is_read_with_its_white_space_and_without_its_padding(string text, string? expected)
    {
        TagList tags = Read($"v=1; b={text}");

        Assert.Equal(expected is not null, tags.TryDecode("b", Longest, out byte[]? octets));
        Assert.Equal(expected, octets is null ? null : Encoding.ASCII.GetString(octets));
        Assert.False(tags.TryDecode("bh", Longest, out _));
    }

    private static TagList Read(string text) =>
        TagList.TryParse(Encoding.UTF8.GetBytes(text), out TagList? tags) ? tags : throw new ArgumentException($"{text} is no list");
}
