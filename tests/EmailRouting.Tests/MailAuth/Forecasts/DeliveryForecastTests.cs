using System.Collections.Immutable;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.MailAuth.Forecasts;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Forecasts;

public sealed class DeliveryForecastTests
{
    private readonly FakeResolver _dns = new()
    {
        Txt = { ["_dmarc.strict.example"] = ["v=DMARC1; p=reject"], ["_dmarc.mild.example"] = ["v=DMARC1; p=none"], ["_dmarc.trial.example"] = ["v=DMARC1; p=reject; t=y"] },
    };

    [Theory]
    [InlineData("me@strict.example", ForwardingProfile.Transparent, Outlook.Open, "refused")]
    [InlineData("me@strict.example", ForwardingProfile.Srs, Outlook.Open, "refused")]
    [InlineData("me@strict.example", ForwardingProfile.Authenticated, Outlook.Sealed, "ARC, by ours.example")]
    [InlineData("me@mild.example", ForwardingProfile.Transparent, Outlook.Weak, "SPF of mild.example does not know this server")]
    [InlineData("me@trial.example", ForwardingProfile.Transparent, Outlook.Weak, "spam")]
    [InlineData("me@none.example", ForwardingProfile.Srs, Outlook.Good, "SPF passes for a name of ours (ours.example")]
    public async Task Before_the_fact_both_cases_are_told(string sender, ForwardingProfile profile, Outlook outlook, string words)
    {
        Forecast forecast = await BeforeAsync(sender, profile);

        Assert.Equal(outlook, forecast.Outlook);
        Assert.Contains("signs its mail (DKIM), the destination can authenticate the mail", forecast.Sentence, StringComparison.Ordinal);
        Assert.Contains(words, forecast.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_DNS_that_does_not_answer_leaves_it_open()
    {
        _dns.Failing.Add("txt _dmarc.strict.example");

        Assert.Equal(Outlook.Open, (await BeforeAsync("me@strict.example", ForwardingProfile.Transparent)).Outlook);
    }

    [Theory]
    [InlineData("")]
    [InlineData("me@[192.0.2.1]")]
    public async Task Without_a_domain_to_ask_it_is_open(string sender) =>
        Assert.Equal(Outlook.Open, (await BeforeAsync(sender, ForwardingProfile.Transparent)).Outlook);

    [Theory]
    [InlineData(ForwardingProfile.Transparent)]
    [InlineData(ForwardingProfile.Authenticated)]
    public void What_is_signed_can_be_authenticated_in_every_profile(ForwardingProfile profile)
    {
        Forecast forecast = After(profile, new DmarcResult(AuthStatus.Pass, "strict.example", "") { PolicyDomain = "strict.example", Published = DmarcPolicy.Reject, AlignedBy = ["spf=strict.example", "dkim=strict.example"] });

        Assert.Equal(Outlook.Good, forecast.Outlook);
        Assert.Contains("signed by strict.example", forecast.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ForwardingProfile.Transparent, Outlook.Bad)]
    [InlineData(ForwardingProfile.Srs | ForwardingProfile.Trace, Outlook.Bad)]
    [InlineData(ForwardingProfile.Arc, Outlook.Sealed)]
    public void What_only_SPF_stands_behind_needs_our_seal(ForwardingProfile profile, Outlook outlook) =>
        Assert.Equal(outlook, After(profile, new DmarcResult(AuthStatus.Pass, "strict.example", "") { PolicyDomain = "strict.example", Published = DmarcPolicy.Reject, AlignedBy = ["spf=strict.example"] }).Outlook);

    [Fact]
    public void What_was_forged_when_it_came_is_no_better_for_a_seal()
    {
        var forged = new DmarcResult(AuthStatus.Fail, "strict.example", "nothing that passed is of this domain") { PolicyDomain = "strict.example", Published = DmarcPolicy.Reject };

        Assert.Equal(Outlook.Bad, After(ForwardingProfile.Authenticated, forged).Outlook);
        Assert.Equal(Outlook.Sealed, After(ForwardingProfile.Authenticated, forged, new ArcResult(AuthStatus.Pass, "") { Length = 1 }).Outlook);
    }

    [Fact]
    public void A_signature_of_anybody_will_do_where_no_policy_is_published()
    {
        var none = new DmarcResult(AuthStatus.None, "none.example", "no policy published");
        ImmutableArray<DkimResult> signed = [new DkimResult(AuthStatus.Pass, "esp.example", "s", SigningAlgorithm.RsaSha256, "")];

        Assert.Equal(Outlook.Good, DeliveryForecast.After(Forwarding("me@none.example", ForwardingProfile.Transparent), new AuthenticationResult(null, signed, none, new ArcResult(AuthStatus.None, ""))).Outlook);
        Assert.Equal(Outlook.Weak, After(ForwardingProfile.Transparent, none).Outlook);
        Assert.Equal(Outlook.Good, After(ForwardingProfile.Srs, none).Outlook);
    }

    private static Forecast After(ForwardingProfile profile, DmarcResult dmarc, ArcResult? arc = null) =>
        DeliveryForecast.After(Forwarding("me@strict.example", profile), new AuthenticationResult(null, [], dmarc, arc ?? new ArcResult(AuthStatus.None, "")));

    private static Forwarding Forwarding(string sender, ForwardingProfile profile) => new(sender.Length == 0 ? null : Messages.Address(sender), "ours.example", profile);

    private Task<Forecast> BeforeAsync(string sender, ForwardingProfile profile) =>
        new DeliveryForecast(_dns).BeforeAsync(Forwarding(sender, profile), TestContext.Current.CancellationToken);
}
