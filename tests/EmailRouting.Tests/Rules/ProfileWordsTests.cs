using EmailRouting.Rules;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class ProfileWordsTests
{
    [Theory]
    [InlineData("transparent", ForwardingProfile.Transparent, "transparent")]
    [InlineData(" Authenticated ", ForwardingProfile.Authenticated, "authenticated")]
    [InlineData("srs", ForwardingProfile.Srs, "srs")]
    [InlineData("ARC, srs", ForwardingProfile.Srs | ForwardingProfile.Arc, "srs,arc")]
    [InlineData("srs,trace,arc", ForwardingProfile.Authenticated, "authenticated")]
    public void A_profile_is_a_name_or_its_parts(string text, ForwardingProfile expected, string shown)
    {
        Assert.True(ProfileWords.TryParse(text, out ForwardingProfile? profile));
        Assert.Equal((expected, shown), (profile.Value, profile.Value.Text()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("srs,")]
    [InlineData("srs arc")]
    [InlineData("none")]
    [InlineData("transparent,srs")]
    public void Anything_else_is_none(string text) => Assert.False(ProfileWords.TryParse(text, out _));
}
