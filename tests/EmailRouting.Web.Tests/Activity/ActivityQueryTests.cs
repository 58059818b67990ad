using EmailRouting.Activity;
using EmailRouting.Storage;
using EmailRouting.Web.Activity;
using Xunit;

namespace EmailRouting.Web.Tests.Activity;

public sealed class ActivityQueryTests
{
    private static readonly DateTimeOffset Now = new(2030, 6, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_empty_address_shows_everything()
    {
        Assert.False(Read([]).IsFiltered);
        Assert.Equal(ActivityFilter.Everything, Read([]).ToFilter(null, Now));
    }

    [Fact]
    public void A_range_counts_back_from_now_and_goes_before_instants()
    {
        ActivityFilter filter = Read(new() { ["range"] = "24h", ["from"] = "2029-01-01T00:00Z" }).ToFilter(null, Now);

        Assert.Equal((Now.AddDays(-1), null), (filter.From, filter.Until));
    }

    [Fact]
    public void Instants_are_read_back_as_they_were_written()
    {
        ActivityFilter filter = Read(new() { ["from"] = ActivityQuery.Write(Now), ["until"] = ActivityQuery.Write(Now.AddHours(1)) }).ToFilter(null, Now);

        Assert.Equal((Now, Now.AddHours(1)), (filter.From, filter.Until));
    }

    [Theory]
    [InlineData("hello@router.test", "hello@router.test", null)]
    [InlineData("hel", null, "hel")]
    public void An_alias_is_whole_or_a_part(string typed, string? whole, string? part)
    {
        ActivityFilter filter = Read(new() { ["alias"] = typed }).ToFilter(null, Now);

        Assert.Equal((whole, part), (filter.Alias, filter.AliasContains));
    }

    [Theory]
    [InlineData("me@sender.example", "me@sender.example", null)]
    [InlineData("<>", "<>", null)]
    [InlineData("Sender.Example", null, "sender.example")]
    [InlineData("bücher.example", null, "xn--bcher-kva.example")]
    public void A_sender_is_an_address_or_a_domain(string typed, string? address, string? domain)
    {
        ActivityFilter filter = Read(new() { ["sender"] = typed }).ToFilter(null, Now);

        Assert.Equal((address, domain), (filter.Sender, filter.SenderDomain));
    }

    [Fact]
    public void What_cannot_be_read_does_not_count()
    {
        ActivityQuery query = Read(new() { ["status"] = "splendid", ["rule"] = "x", ["from"] = "yesterday", ["after"] = "?", ["range"] = "9y", ["q"] = "  ", ["alias"] = new string('a', 300) });

        Assert.Equal(new ActivityQuery(), query);
    }

    [Fact]
    public void Every_status_has_a_word_and_a_sentence_of_its_own()
    {
        StatusText[] texts = [.. Enum.GetValues<MessageStatus>().Select(StatusText.Of)];

        Assert.Equal(texts.Length, texts.Select(text => text.Word).Distinct().Count());
        Assert.All(texts, text => Assert.NotEmpty(text.Sentence));
    }

    private static ActivityQuery Read(Dictionary<string, string> query) => ActivityQuery.Read(name => query.GetValueOrDefault(name));
}
