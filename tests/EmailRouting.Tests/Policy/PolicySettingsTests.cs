using EmailRouting.Policy;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Tests.Policy;

/// <summary>What is stored of a policy, and what may be changed about it.</summary>
public sealed class PolicySettingsTests
{
    [Fact]
    public void A_policy_that_is_off_is_stored_as_nothing()
    {
        Assert.Empty(InboundPolicy.Off.ToText());
        Assert.Equal(InboundPolicy.Off.ToText(), InboundPolicy.FromText(string.Empty).ToText());
        Assert.Same(DomainPolicy.Off, DomainPolicy.Of(Guid.NewGuid(), string.Empty, SenderList.Empty));
    }

    [Fact]
    public void What_is_stored_is_read_as_it_was()
    {
        var policy = new InboundPolicy
        {
            SenderDomain = PolicyAction.Tag,
            BlockLists = PolicyAction.Quarantine,
            BlockListZones = ["a.example", "b.example"],
            AddressRate = 7,
            NetworkRate = 70,
            Greylisting = true,
            Spf = PolicyAction.Reject,
            Dkim = PolicyAction.Quarantine,
            Dmarc = PolicyAction.Tag,
            TrustedSealers = ["hop.example"],
            Rspamd = PolicyAction.Reject,
        };

        InboundPolicy read = InboundPolicy.FromText(policy.ToText());

        Assert.Equal(policy.ToText(), read.ToText());
        Assert.Equal(["a.example", "b.example"], read.BlockListZones);
        Assert.Equal((7, 70, true, PolicyAction.Reject), (read.AddressRate, read.NetworkRate, read.Greylisting, read.Spf));
    }

    [Fact]
    public void Domains_share_a_transaction_where_they_want_the_same()
    {
        string text = InboundPolicy.Of(PolicyPreset.Reject).ToText();
        var one = DomainPolicy.Of(Guid.NewGuid(), text, SenderList.Empty);
        var alike = DomainPolicy.Of(Guid.NewGuid(), text, SenderList.Empty);
        var other = DomainPolicy.Of(Guid.NewGuid(), InboundPolicy.Of(PolicyPreset.Tag).ToText(), SenderList.Empty);
        var id = Guid.NewGuid();
        var listing = DomainPolicy.Of(id, text, Gate.List(("a.example", false)));
        var reloaded = DomainPolicy.Of(id, text, Gate.List(("a.example", false)));

        Assert.True(one.IsSameAs(alike));
        Assert.True(listing.IsSameAs(reloaded));
        Assert.False(one.IsSameAs(other));
        Assert.False(one.IsSameAs(listing));
        Assert.False(one.IsSameAs(one.Reserved));
        Assert.False(one.IsSameAs(DomainPolicy.Off));
    }

    [Theory]
    [InlineData(PolicyPreset.Off)]
    [InlineData(PolicyPreset.Tag)]
    [InlineData(PolicyPreset.Reject)]
    public void A_preset_keeps_the_names_that_were_listed(PolicyPreset preset)
    {
        InboundPolicy before = InboundPolicy.Off with { BlockListZones = ["a.example"], AddressRate = 5 };

        Assert.True(new PolicyChange { Preset = preset, Dmarc = PolicyAction.Quarantine }.TryApply(before, out InboundPolicy? after, out _, out _));

        Assert.Equal(["a.example"], after.BlockListZones);
        Assert.Equal((PolicyAction.Quarantine, InboundPolicy.Of(preset).Spf, (int?)null), (after.Dmarc, after.Spf, after.AddressRate));
    }

    [Fact]
    public void Only_what_some_domain_wants_is_asked_early()
    {
        Assert.Equal(LookupNeeds.None, LookupNeeds.Of([DomainPolicy.Off]));
        LookupNeeds needs = LookupNeeds.Of(
        [
            Of(new InboundPolicy { BlockLists = PolicyAction.Tag, BlockListZones = ["a.example"] }),
            Of(new InboundPolicy { BlockListZones = ["not-asked.example"] }),
            Of(new InboundPolicy { BlockLists = PolicyAction.Reject, BlockListZones = ["a.example", "b.example"], Dmarc = PolicyAction.Tag }),
        ]);

        Assert.Equal(["a.example", "b.example"], needs.BlockListZones);
        Assert.Equal((true, false), (needs.Spf, needs.SenderDomain));

        static DomainPolicy Of(InboundPolicy policy) => DomainPolicy.Of(Guid.NewGuid(), policy.ToText(), SenderList.Empty);
    }

    [Theory]
    [InlineData("A@Example.COM", ListedSenderKind.Address, "a@example.com")]
    [InlineData("Example.com", ListedSenderKind.Domain, "example.com")]
    [InlineData("bücher.example", ListedSenderKind.Domain, "xn--bcher-kva.example")]
    [InlineData("example", ListedSenderKind.Domain, "example")]
    [InlineData("192.0.2.7", ListedSenderKind.Network, "192.0.2.7/32")]
    [InlineData("192.0.2.7/24", ListedSenderKind.Network, "192.0.2.0/24")]
    [InlineData("0.0.0.0/0", ListedSenderKind.Network, "0.0.0.0/0")]
    [InlineData("2001:DB8::1/33", ListedSenderKind.Network, "2001:db8::/33")]
    [InlineData("::ffff:192.0.2.1", ListedSenderKind.Network, "192.0.2.1/32")]
    public void An_entry_is_read_into_one_form(string text, ListedSenderKind kind, string value)
    {
        Assert.True(SenderEntry.TryParse(text, out ListedSenderKind read, out string form));
        Assert.Equal((kind, value), (read, form));
    }

    [Theory]
    [InlineData("")]
    [InlineData("@example.com")]
    [InlineData("a b")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.1/33")]
    [InlineData("192.0.2.1/-1")]
    [InlineData("2001:db8::/129")]
    [InlineData("fe80::1%eth0")]
    [InlineData("1")]
    public void What_is_none_of_these_is_no_entry(string text) => Assert.False(SenderEntry.TryParse(text, out _, out _));
}
