using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>A server of its own: whoever guesses is turned away, and here that is everybody on this machine.</summary>
public sealed class GuessingTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Who_guesses_tokens_is_turned_away_before_they_are_looked_at()
    {
        var answers = new List<string>();
        for (int guess = 0; guess < 61; guess++)
        {
            answers.Add((await api.SendAsync("GET", "zones", token: new string('x', 43))).Failure);
        }

        Assert.Equal("401 1000", answers[59]);
        Assert.Equal("429 10429", answers[60]);

        ApiReply good = await api.GetAsync("zones");
        Assert.Equal("429 10429", good.Failure);
        Assert.InRange(int.Parse(good.Headers["Retry-After"], null), 1, 60);
    }
}
