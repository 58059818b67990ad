using System.Collections.Immutable;
using EmailRouting.Smtp;

namespace EmailRouting.Rules.Transfer;

/// <summary>Gathers rules that are read one by one, and sorts them by domain.</summary>
internal sealed class RuleGathering
{
    private readonly Dictionary<string, ImmutableArray<RuleRecord>.Builder> _zones = new(StringComparer.Ordinal);
    private readonly Dictionary<EmailAddress, TransferAddress> _addresses = [];
    private readonly HashSet<string> _patterns = new(StringComparer.OrdinalIgnoreCase);
    private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();

    /// <param name="place">Where something is wrong: <c>Line 5</c>.</param>
    /// <param name="sentence">What.</param>
    public void Problem(string place, string sentence)
    {
        if (_problems.Count < TransferReading.MaxProblems)
        {
            _problems.Add($"{place}: {sentence}");
        }
    }

    /// <param name="domain">In A-labels.</param>
    public void AddDomain(string domain) => _zones.TryAdd(domain, ImmutableArray.CreateBuilder<RuleRecord>());

    public void Add(string place, RuleRecord rule)
    {
        if (!RulePattern.TryParse(rule.Pattern, out RulePattern? pattern, out string? problem))
        {
            Problem(place, problem);
            return;
        }

        if (!DomainName.TryParse(pattern.Domain, out _))
        {
            Problem(place, $"The domain of {FieldText.Quoted(rule.Pattern)} is not a domain name.");
            return;
        }

        // The key and not the text: Hello@ and hello@ are one address.
        if (!_patterns.Add($"{pattern.Kind} {pattern.LocalKey}@{pattern.Domain} {string.Join('\n', rule.Senders)}"))
        {
            Problem(place, $"There is a rule for {FieldText.Quoted(rule.Pattern)} further up already.");
            return;
        }

        AddDomain(pattern.Domain);
        _zones[pattern.Domain].Add(rule);
        foreach (string target in rule.To)
        {
            AddAddress(place, target, verified: null);
        }
    }

    public void AddAddress(string place, string email, DateTimeOffset? verified)
    {
        if (!EmailAddress.TryParse(email, out EmailAddress? address) || address.Domain.Length == 0)
        {
            Problem(place, $"The destination {FieldText.Quoted(email)} is not an e-mail address.");
        }
        else if (!_addresses.TryGetValue(address, out TransferAddress? known) || known.Verified is null)
        {
            _addresses[address] = new TransferAddress { Email = known?.Email ?? address.Text, Verified = verified };
        }
    }

    /// <summary>Addresses on domains of the document itself are no destinations: rules may forward to them all the same.</summary>
    public TransferReading End() => new(
        TransferDocument.Of(
            [.. _addresses.Where(a => !_zones.ContainsKey(a.Key.Domain)).Select(a => a.Value)],
            [.. _zones.Select(zone => new TransferZone { Name = zone.Key, Rules = zone.Value.ToImmutable() })]),
        _problems.ToImmutable());
}
