using System.Collections.Immutable;
using System.Net;
using EmailRouting.Dns;

namespace EmailRouting.MailAuth.Spf;

/// <summary>One check, from the domain's record through all that it refers to.</summary>
internal sealed class SpfEvaluation(SpfLookups lookups, SpfQuery query, string receiver, DateTimeOffset now)
{
    private const string Unknown = "unknown";

    // What went wrong in the mechanism that has just said TempError or PermError.
    private string _problem = string.Empty;

    private enum Match
    {
        No,
        Yes,
        TempError,
        PermError,
    }

    /// <remarks>A domain that is included is checked by the same method; the limit of terms bounds the depth.</remarks>
    public async ValueTask<SpfVerdict> CheckHostAsync(string domain)
    {
        for (bool isRedirected = false; ; isRedirected = true)
        {
            // :: Step 1: the one record of the domain (§4.3 to §4.5).
            (SpfRecord? record, SpfVerdict failure) = await RecordOfAsync(domain);
            if (record is null)
            {
                // §6.1: who sends us on must send us somewhere.
                return isRedirected && failure.Result == SpfResult.None
                    ? SpfVerdict.Without(SpfResult.PermError, domain, $"redirect={domain} leads to no record")
                    : failure;
            }

            // :: Step 2: its mechanisms, from left to right; the first that matches decides (§4.6.2).
            foreach (SpfMechanism mechanism in record.Mechanisms)
            {
                switch (await MatchAsync(mechanism, domain))
                {
                    case Match.Yes:
                        return new SpfVerdict(mechanism.Result, domain, mechanism.Text, record.Explanation, Problem: string.Empty);
                    case Match.TempError:
                        return SpfVerdict.Without(SpfResult.TempError, domain, _problem);
                    case Match.PermError:
                        return SpfVerdict.Without(SpfResult.PermError, domain, _problem);
                }
            }

            // :: Step 3: where it sends us on (§6.1), or the default (§4.7).
            if (record.Redirect is null)
            {
                return new SpfVerdict(SpfResult.Neutral, domain, "default", Explanation: null, Problem: string.Empty);
            }

            if (!lookups.TrySpendTerm())
            {
                return SpfVerdict.Without(SpfResult.PermError, domain, TooManyTerms);
            }

            if (await ExpandAsync(record.Redirect, domain) is not { } target)
            {
                return SpfVerdict.Without(SpfResult.PermError, domain, TooManyTerms);
            }

            domain = target;
        }
    }

    /// <summary>The words of the domain that refused (§6.2). Whatever is wrong with them, there are none then: the verdict stands.</summary>
    public async ValueTask<string> ExplainAsync(SpfVerdict verdict, int most)
    {
        if (verdict.Explanation is null)
        {
            return string.Empty;
        }

        string domain = verdict.Explanation.ExpandDomain(await ValuesAsync(verdict.Explanation, verdict.Domain));
        return await lookups.TextsAsync(domain) is DnsAnswer<string>.Found { Records: [var text] } && MacroString.TryParseExplanation(text, out MacroString? words)
            ? words.Expand(await ValuesAsync(words, verdict.Domain), most)
            : string.Empty;
    }

    private static string TooManyTerms => $"more than {SpfLookups.MaxTerms} terms ask the DNS";

    private async ValueTask<(SpfRecord? Record, SpfVerdict Failure)> RecordOfAsync(string domain)
    {
        if (!IsDomain(domain))
        {
            return (null, SpfVerdict.Without(SpfResult.None, domain, string.Empty));
        }

        DnsAnswer<string> answer = await lookups.TextsAsync(domain);
        if (answer is DnsAnswer<string>.Failed failed)
        {
            return (null, SpfVerdict.Without(SpfResult.TempError, domain, lookups.Problem($"the record of {domain}", failed.Reason)));
        }

        string? text = null;
        if (answer is DnsAnswer<string>.Found found)
        {
            foreach (string candidate in found.Records)
            {
                if (!SpfRecord.IsSpf(candidate))
                {
                    continue;
                }

                if (text is not null)
                {
                    return (null, SpfVerdict.Without(SpfResult.PermError, domain, $"{domain} has several records"));
                }

                text = candidate;
            }
        }

        return text is null ? (null, SpfVerdict.Without(SpfResult.None, domain, string.Empty))
            : SpfRecord.TryParse(text, out SpfRecord? record, out string? unreadable) ? (record, default)
            : (null, SpfVerdict.Without(SpfResult.PermError, domain, $"the record of {domain} cannot be read at '{unreadable}'"));
    }

    private ValueTask<Match> MatchAsync(SpfMechanism mechanism, string domain) => mechanism switch
    {
        SpfMechanism.All => new ValueTask<Match>(Match.Yes),
        SpfMechanism.Ip ip => new ValueTask<Match>(AddressPrefix.Covers(ip.Network, ip.Prefix, query.Client) ? Match.Yes : Match.No),
        SpfMechanism.Include include => MatchIncludeAsync(include, domain),
        SpfMechanism.A a => MatchAddressAsync(a, domain),
        SpfMechanism.Mx mx => MatchMxAsync(mx, domain),
        SpfMechanism.ClientName name => MatchClientNameAsync(name, domain),
        SpfMechanism.Exists exists => MatchExistsAsync(exists, domain),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async ValueTask<Match> MatchIncludeAsync(SpfMechanism.Include include, string domain)
    {
        if (await TargetAsync(include.Domain, domain) is not { } target)
        {
            return Match.PermError;
        }

        // §5.2: an included record says yes with a pass, and no with anything else that is a verdict.
        SpfVerdict verdict = await CheckHostAsync(target);
        switch (verdict.Result)
        {
            case SpfResult.Pass:
                return Match.Yes;
            case SpfResult.TempError:
                _problem = verdict.Problem;
                return Match.TempError;
            case SpfResult.PermError:
                _problem = verdict.Problem;
                return Match.PermError;
            case SpfResult.None:
                return Broken($"include:{target} leads to no record");
            default:
                return Match.No;
        }
    }

    private async ValueTask<Match> MatchAddressAsync(SpfMechanism.A a, string domain) =>
        await TargetAsync(a.Domain, domain) is not { } target ? Match.PermError
        : await lookups.AddressesAsync(target) switch
        {
            DnsAnswer<IPAddress>.Found found => CoverClient(found.Records, a.Prefix4, a.Prefix6) ? Match.Yes : Match.No,
            DnsAnswer<IPAddress>.Failed failed => Unanswered($"the address of {target}", failed.Reason),
            _ => Void(),
        };

    private async ValueTask<Match> MatchMxAsync(SpfMechanism.Mx mx, string domain)
    {
        if (await TargetAsync(mx.Domain, domain) is not { } target)
        {
            return Match.PermError;
        }

        switch (await lookups.MailExchangesAsync(target))
        {
            case DnsAnswer<MailExchange>.Failed failed:
                return Unanswered($"the MX records of {target}", failed.Reason);
            case DnsAnswer<MailExchange>.Found { Records.Length: > SpfLookups.MaxNames }:
                return Broken($"{target} has more than {SpfLookups.MaxNames} MX records");
            case DnsAnswer<MailExchange>.Found found:
                DnsAnswer<IPAddress>[] addresses = await Task.WhenAll(
                    found.Records.Where(static record => record.Host.Length > 0).Select(record => lookups.AddressesAsync(record.Host)));
                return addresses.OfType<DnsAnswer<IPAddress>.Found>().Any(answer => CoverClient(answer.Records, mx.Prefix4, mx.Prefix6)) ? Match.Yes
                    : addresses.OfType<DnsAnswer<IPAddress>.Failed>().FirstOrDefault() is { } unknown ? Unanswered($"the address of an MX host of {target}", unknown.Reason)
                    : Match.No;
            default:
                return Void();
        }
    }

    private async ValueTask<Match> MatchClientNameAsync(SpfMechanism.ClientName mechanism, string domain) =>
        await TargetAsync(mechanism.Domain, domain) is not { } target ? Match.PermError
        : await lookups.ClientNamesAsync() is not { } names ? Void()
        : names.Any(name => IsUnder(name, target)) ? Match.Yes
        : Match.No;

    private async ValueTask<Match> MatchExistsAsync(SpfMechanism.Exists exists, string domain) =>
        await TargetAsync(exists.Domain, domain) is not { } target ? Match.PermError
        : await lookups.FourAddressesAsync(target) switch
        {
            DnsAnswer<IPAddress>.Found => Match.Yes,
            DnsAnswer<IPAddress>.Failed failed => Unanswered($"the address of {target}", failed.Reason),
            _ => Void(),
        };

    /// <summary>Counts the term, and gives the name that it speaks of; null, and the problem, where it is one too many.</summary>
    private async ValueTask<string?> TargetAsync(MacroString? spec, string domain)
    {
        string? target = !lookups.TrySpendTerm() ? null : spec is null ? domain : await ExpandAsync(spec, domain);
        if (target is null)
        {
            _problem = TooManyTerms;
        }

        return target;
    }

    /// <returns>Null where <c>%{p}</c> is one question too many.</returns>
    private async ValueTask<string?> ExpandAsync(MacroString spec, string domain) =>
        spec.NeedsClientName && !lookups.TrySpendClientName() ? null : spec.ExpandDomain(await ValuesAsync(spec, domain));

    private async ValueTask<MacroValues> ValuesAsync(MacroString spec, string domain)
    {
        string name = Unknown;
        if (spec.NeedsClientName && await lookups.ClientNamesAsync() is { IsEmpty: false } names)
        {
            // §7.3: the domain itself, else a name under it, else any.
            name = names.FirstOrDefault(name => name.Equals(domain, StringComparison.OrdinalIgnoreCase))
                ?? names.FirstOrDefault(name => IsUnder(name, domain))
                ?? names[0];
        }

        return new MacroValues(query, domain, name, receiver, now);
    }

    private bool CoverClient(ImmutableArray<IPAddress> addresses, int prefix4, int prefix6)
    {
        int prefix = query.Client.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? prefix4 : prefix6;
        foreach (IPAddress address in addresses)
        {
            if (AddressPrefix.Covers(address, prefix, query.Client))
            {
                return true;
            }
        }

        return false;
    }

    private Match Void() => lookups.TrySpendVoid() ? Match.No : Broken($"more than {SpfLookups.MaxVoids} terms ask for what does not exist");

    private Match Broken(string problem)
    {
        _problem = problem;
        return Match.PermError;
    }

    private Match Unanswered(string question, string reason)
    {
        _problem = lookups.Problem(question, reason);
        return Match.TempError;
    }

    private static bool IsUnder(string name, string domain) =>
        name.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && (name.Length == domain.Length || name[^(domain.Length + 1)] == '.');

    /// <summary>Several labels, none of them empty or over 63 octets, the last of them no number: else there is nobody to ask (§4.3).</summary>
    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        const int maxName = 253;
        const int maxLabel = 63;
        if (domain.Length > maxName || domain.ContainsAnyExceptInRange('!', '~') || domain is ['[', ..] || domain.IndexOf('.') < 0)
        {
            return false;
        }

        foreach (Range label in domain.Split('.'))
        {
            if (domain[label].Length is 0 or > maxLabel)
            {
                return false;
            }
        }

        return domain[(domain.LastIndexOf('.') + 1)..].ContainsAnyExceptInRange('0', '9');
    }
}
