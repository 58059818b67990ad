using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EmailRouting.MailAuth;
using EmailRouting.Smtp;

namespace EmailRouting.Policy;

/// <summary>What is to change about a policy; what is null stays as it is.</summary>
public sealed record PolicyChange
{
    public const int MaxRate = 1_000_000;

    /// <summary>What the rest is a change of; null: the policy as it is.</summary>
    public PolicyPreset? Preset { get; init; }

    public PolicyAction? SenderDomain { get; init; }

    public PolicyAction? BlockLists { get; init; }

    public IReadOnlyList<string>? BlockListZones { get; init; }

    /// <summary>0: no limit.</summary>
    public int? AddressRate { get; init; }

    /// <inheritdoc cref="AddressRate"/>
    public int? NetworkRate { get; init; }

    public bool? Greylisting { get; init; }

    public PolicyAction? Spf { get; init; }

    public PolicyAction? Dkim { get; init; }

    public PolicyAction? Dmarc { get; init; }

    public IReadOnlyList<string>? TrustedSealers { get; init; }

    public PolicyAction? Rspamd { get; init; }

    /// <summary>The change that makes any policy this one.</summary>
    public static PolicyChange To(InboundPolicy policy) => new()
    {
        SenderDomain = policy.SenderDomain,
        BlockLists = policy.BlockLists,
        BlockListZones = policy.BlockListZones,
        AddressRate = policy.AddressRate ?? 0,
        NetworkRate = policy.NetworkRate ?? 0,
        Greylisting = policy.Greylisting,
        Spf = policy.Spf,
        Dkim = policy.Dkim,
        Dmarc = policy.Dmarc,
        TrustedSealers = policy.TrustedSealers,
        Rspamd = policy.Rspamd,
    };

    /// <param name="policy">As it is.</param>
    /// <param name="changed">As it is to be.</param>
    /// <param name="field">That cannot be as it is wanted, in snake case.</param>
    /// <param name="sentence">Why not.</param>
    public bool TryApply(
        InboundPolicy policy,
        [NotNullWhen(true)] out InboundPolicy? changed,
        [NotNullWhen(false)] out string? field,
        [NotNullWhen(false)] out string? sentence)
    {
        policy = Preset is { } preset ? InboundPolicy.Of(preset) with { BlockListZones = policy.BlockListZones, TrustedSealers = policy.TrustedSealers } : policy;
        changed = null;
        if (!TryReadNames(BlockListZones, InboundPolicy.MaxZones, policy.BlockListZones, out ImmutableArray<string> zones, out sentence))
        {
            field = "block_list_zones";
            return false;
        }

        if (!TryReadNames(TrustedSealers, InboundPolicy.MaxSealers, policy.TrustedSealers, out ImmutableArray<string> sealers, out sentence))
        {
            field = "trusted_sealers";
            return false;
        }

        if (!TryReadRate(AddressRate, policy.AddressRate, out int? addressRate, out sentence))
        {
            field = "address_rate";
            return false;
        }

        if (!TryReadRate(NetworkRate, policy.NetworkRate, out int? networkRate, out sentence))
        {
            field = "network_rate";
            return false;
        }

        field = null;
        changed = policy with
        {
            SenderDomain = SenderDomain ?? policy.SenderDomain,
            BlockLists = BlockLists ?? policy.BlockLists,
            BlockListZones = zones,
            AddressRate = addressRate,
            NetworkRate = networkRate,
            Greylisting = Greylisting ?? policy.Greylisting,
            Spf = Spf ?? policy.Spf,
            Dkim = Dkim ?? policy.Dkim,
            Dmarc = Dmarc ?? policy.Dmarc,
            TrustedSealers = sealers,
            Rspamd = Rspamd ?? policy.Rspamd,
        };
        return true;
    }

    private static bool TryReadNames(
        IReadOnlyList<string>? wanted, int most, ImmutableArray<string> former, out ImmutableArray<string> names, [NotNullWhen(false)] out string? sentence)
    {
        (names, sentence) = (former, null);
        if (wanted is null)
        {
            return true;
        }

        if (wanted.Count > most)
        {
            sentence = $"There can be at most {most} of them, not {wanted.Count}.";
            return false;
        }

        ImmutableArray<string>.Builder read = ImmutableArray.CreateBuilder<string>();
        foreach (string text in wanted)
        {
            if (!DnsName.TryNormalize(text.Trim().TrimEnd('.'), out string? name) || !name.Contains('.', StringComparison.Ordinal))
            {
                sentence = $"'{Printable.Line(text)}' is not a domain name.";
                return false;
            }

            if (!read.Contains(name))
            {
                read.Add(name);
            }
        }

        names = read.DrainToImmutable();
        return true;
    }

    private static bool TryReadRate(int? wanted, int? former, out int? rate, [NotNullWhen(false)] out string? sentence)
    {
        rate = wanted switch { null => former, 0 => null, _ => wanted };
        sentence = wanted is < 0 or > MaxRate ? $"It must be a number of messages an hour from 1 to {MaxRate}, or 0 for no limit." : null;
        return sentence is null;
    }
}
