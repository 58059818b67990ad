using EmailRouting.Rules;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class SenderConditionTests
{
    [Theory]
    [InlineData("Boss@Example.com", "boss@EXAMPLE.com", true)]
    [InlineData("boss@example.com", "boss@sub.example.com", false)]
    [InlineData("boss@example.com", null, false)]
    [InlineData("example.com", "anybody@example.com", true)]
    [InlineData("example.com", "anybody@deep.sub.example.com", true)]
    [InlineData("example.com", "anybody@badexample.com", false)]
    [InlineData("example.com", null, false)]
    [InlineData("bücher.example", "a@xn--bcher-kva.example", true)]
    [InlineData("glob:news-*@*.example", "NEWS-7@shop.example", true)]
    [InlineData("glob:news-*@*.example", "news-7@example", false)]
    [InlineData("glob:news-*@*.example", "old-news-7@shop.example", false)]
    [InlineData("glob:*@*", null, false)]
    [InlineData("<>", null, true)]
    [InlineData("<>", "a@b.example", false)]
    public void A_condition_takes_the_senders_it_names(string text, string? sender, bool takes)
    {
        Assert.True(SenderCondition.TryParse(text, out SenderCondition? condition));
        Assert.Equal(takes, condition.Holds(sender is null ? null : RulesOnDisk.Address(sender)));
        Assert.True(SenderCondition.TryParse(condition.Text, out SenderCondition? again));
        Assert.Equal(condition.Text, again.Text);
        Assert.True(condition.Holds(condition.Example));
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("*@example.com")]
    [InlineData("news-*@example.com")]
    [InlineData("glob:*")]
    [InlineData("glob:@example.com")]
    [InlineData("glob:a@")]
    [InlineData("glob:a@bü*.example")]
    [InlineData("glob:a b@example.com")]
    [InlineData("a@example.com\nb@example.com")]
    [InlineData("glob:a\n@example.com")]
    [InlineData("<a@example.com>")]
    public void What_is_no_condition_is_none(string text) => Assert.False(SenderCondition.TryParse(text, out _));

    [Fact]
    public void The_same_conditions_are_stored_alike()
    {
        SenderCondition[] Read(params string[] texts) => [.. texts.Select(text => SenderCondition.TryParse(text, out SenderCondition? c) ? c : null).OfType<SenderCondition>()];

        Assert.Equal(SenderCondition.Store(Read("<>", "a@b.example", "C.example")), SenderCondition.Store(Read("c.example", "A@B.example", "a@b.example", "<>")));
        Assert.Equal(["<>", "a@b.example", "c.example"], SenderCondition.Texts(SenderCondition.Store(Read("<>", "a@b.example", "C.example"))));
        Assert.Empty(SenderCondition.Texts(string.Empty));
    }
}
