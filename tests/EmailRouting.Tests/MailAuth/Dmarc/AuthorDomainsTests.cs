using System.Text;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Dmarc;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Dmarc;

public sealed class AuthorDomainsTests
{
    [Theory]
    [InlineData("a@example.com", "example.com")]
    [InlineData(" <a@Example.COM>", "example.com")]
    [InlineData("Joe Q. Public <john.q.public@example.com>", "example.com")]
    [InlineData("\"Boss, the <b@bank.test>\" <a@example.com>", "example.com")]
    [InlineData("b@bank.test <a@example.com>", "example.com")]
    [InlineData("=?utf-8?q?b=40bank.test?= <a@example.com>", "example.com")]
    [InlineData("a@example.com (b@bank.test)", "example.com")]
    [InlineData("a (one (two \\) still) ) @ (x) example (y) . com", "example.com")]
    [InlineData("\"a@b\"@example.com", "example.com")]
    [InlineData("\"a\\\"@b\"@example.com", "example.com")]
    [InlineData("Name\r\n\t<a@example.com>", "example.com")]
    [InlineData("<@relay.test,@other.test:a@example.com>", "example.com")]
    [InlineData("a@example.com, b@example.com", "example.com")]
    [InlineData("a@example.com, , \"B\" <b@second.test>", "example.com second.test")]
    [InlineData("Group: a@example.com, <b@second.test>;", "example.com second.test")]
    [InlineData("Jörg <joerg@bücher.example>", "xn--bcher-kva.example")]
    [InlineData("jörg@example.com", "example.com")]
    public void The_domains_of_all_authors_are_found(string value, string expected)
    {
        AuthorDomains.Found found = Assert.IsType<AuthorDomains.Found>(AuthorDomains.ReadField(Encoding.UTF8.GetBytes(value)));

        Assert.Equal(expected.Split(' '), found.Domains);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("undisclosed: ;")]
    [InlineData("<>")]
    [InlineData("a@")]
    [InlineData("@example.com")]
    [InlineData("a@[192.0.2.1]")]
    [InlineData("a@b@example.com")]
    [InlineData("<a@example.com> <b@bank.test>")]
    [InlineData("<a@example.com> b@bank.test")]
    [InlineData("a@example.com b@bank.test")]
    [InlineData("<a@example.com, b@bank.test>")]
    [InlineData("<a@example.com")]
    [InlineData("a@example.com>")]
    [InlineData("a@example(.com, b@bank.test")]
    [InlineData("<a@example.com>(, b@bank.test")]
    [InlineData("\"a <b@bank.test>")]
    [InlineData("a (comment <b@bank.test>")]
    [InlineData("a@example.com\0.bank.test")]
    [InlineData("=?utf-8?q?a=40example.com?=")]
    [InlineData("a@=?utf-8?q?example.com?=")]
    [InlineData("a@exa mple.com")]
    [InlineData("a@one.test, a@two.test, a@three.test, a@four.test, a@five.test")]
    public void Where_readers_may_see_different_authors_there_is_none(string value) =>
        Assert.IsType<AuthorDomains.Unclear>(AuthorDomains.ReadField(Encoding.UTF8.GetBytes(value)));

    [Theory]
    [InlineData("Subject: x\r\n\r\n")]
    [InlineData("From: a@one.test\r\nFrom: a@two.test\r\n\r\n")]
    [InlineData("From: a@one.test\r\nfrom : a@two.test\r\n\r\n")]
    public void A_message_has_one_From(string header) =>
        Assert.IsType<AuthorDomains.Unclear>(AuthorDomains.Read(MessageHeader.Parse(Encoding.ASCII.GetBytes(header))));

    [Fact]
    public void A_field_of_hundred_thousand_brackets_is_read_at_once()
    {
        Assert.IsType<AuthorDomains.Unclear>(AuthorDomains.ReadField(Encoding.ASCII.GetBytes(new string('(', 30_000))));
        Assert.IsType<AuthorDomains.Unclear>(AuthorDomains.ReadField(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a@b.test,", 10_000)))));
    }
}
