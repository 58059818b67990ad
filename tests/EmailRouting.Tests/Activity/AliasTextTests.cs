using EmailRouting.Activity;
using EmailRouting.Smtp;
using Xunit;

namespace EmailRouting.Tests.Activity;

public sealed class AliasTextTests
{
    [Theory]
    [InlineData("hello@ours.example", "hello@ours.example", "ours.example")]
    [InlineData("a_b+c.d-1@x-y.ours.example", "a_b+c.d-1@x-y.ours.example", "x-y.ours.example")]
    [InlineData("Hello@Ours.Example", "hello@ours.example", "ours.example")]
    [InlineData("\"hello\"@ours.example", "hello@ours.example", "ours.example")]
    [InlineData("\"a@b\"@ours.example", "a@b@ours.example", "ours.example")]
    [InlineData("hello@bücher.example", "hello@xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("hello@xn--bcher-kva.example", "hello@xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("a@b@ours.example", "a@b@ours.example", "ours.example")]
    [InlineData("No Address", "no address", "")]
    [InlineData("", "", "")]
    public void Two_ways_of_writing_one_address_are_one(string text, string address, string domain) => Assert.Equal((address, domain), AliasText.Canonical(text));

    [Fact]
    public void What_is_not_parsed_is_what_parsing_would_have_made_of_it()
    {
        var dice = new Random(1);
        const string letters = "ab1.-_+@.";
        for (int i = 0; i < 100_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, dice.Next(3, 12)).Select(_ => letters[dice.Next(letters.Length)]));
            if (EmailAddress.TryParse(text, out EmailAddress? address))
            {
                Assert.Equal(($"{address.LocalPart.ToLowerInvariant()}@{address.Domain}", address.Domain), AliasText.Canonical(text));
            }
        }
    }
}
