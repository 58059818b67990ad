using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Dns;
using EmailRouting.MailAuth.Dkim;

namespace EmailRouting.MailAuth.Dmarc;

/// <summary>Holds what passed (DKIM, SPF) against the domain that a reader sees, by RFC 9989.</summary>
public sealed class DmarcCheck(IResolver resolver)
{
    /// <param name="authors">Of the message.</param>
    /// <param name="spf">Null where SPF was not asked.</param>
    /// <param name="dkim">Of the same message.</param>
    /// <param name="cancellation">Makes what is still unknown a temporary error.</param>
    public async ValueTask<DmarcResult> EvaluateAsync(AuthorDomains authors, SpfEvidence? spf, ImmutableArray<DkimResult> dkim, CancellationToken cancellation)
    {
        switch (authors)
        {
            case AuthorDomains.Unclear unclear:
                return new DmarcResult(AuthStatus.PermanentError, null, unclear.Reason) { HasUnclearAuthor = !unclear.IsMissing };

            case AuthorDomains.Found found:
                // Every author has to be stood behind: otherwise a forged one would hide beside an honest one.
                DmarcResult? worst = null;
                foreach (string author in found.Domains)
                {
                    DmarcResult result = await EvaluateAsync(author, spf, dkim, cancellation);
                    worst = worst is null || Severity(result) > Severity(worst) ? result : worst;
                }

                return worst!;

            default:
                throw new UnreachableException();
        }
    }

    private static int Severity(DmarcResult result) => result.Status switch
    {
        AuthStatus.Fail => 10 + (int)result.Applied,
        AuthStatus.TemporaryError => 5,
        AuthStatus.None => 1,
        _ => 0,
    };

    private async ValueTask<DmarcResult> EvaluateAsync(string author, SpfEvidence? spf, ImmutableArray<DkimResult> dkim, CancellationToken cancellation)
    {
        // 1. The policy.
        TreeWalk walk = await TreeWalk.WalkAsync(resolver, author, cancellation);
        if (walk.Failure is { } failure && walk.Records.All(found => found.Domain != author))
        {
            return new DmarcResult(AuthStatus.TemporaryError, author, $"policy not answered for: {failure}");
        }

        if (walk.Policy() is not var (policyDomain, record))
        {
            return new DmarcResult(AuthStatus.None, author, "no policy published");
        }

        var result = new DmarcResult(AuthStatus.Fail, author, "nothing that passed is of this domain")
        {
            PolicyDomain = policyDomain,
            IsTest = record.IsTest,
        };

        // 2. What stands behind it.
        string? organization = walk.Failure is null ? walk.OrganizationalDomain() : null;
        ImmutableArray<string>.Builder alignedBy = ImmutableArray.CreateBuilder<string>(1);
        string? unknown = null;
        foreach ((string mechanism, string domain, AuthStatus status) in Evidence(spf, dkim))
        {
            bool isStrict = mechanism == "spf" ? record.StrictSpf : record.StrictDkim;
            switch (await IsAlignedAsync(domain, author, organization, isStrict, cancellation))
            {
                case true when status == AuthStatus.Pass:
                    alignedBy.Add($"{mechanism}={domain}");
                    break;
                case true:
                    unknown ??= $"{mechanism} of {domain} could not be checked";
                    break;
                case null:
                    unknown ??= $"alignment of {domain} could not be checked";
                    break;
            }
        }

        if (alignedBy.Count > 0)
        {
            return result with { Status = AuthStatus.Pass, Reason = string.Empty, AlignedBy = alignedBy.ToImmutable(), Published = record.Policy };
        }

        // 3. What is asked for.
        result = result with { Published = await PublishedAsync(author, policyDomain, record, cancellation) };
        return unknown is null ? result : result with { Status = AuthStatus.TemporaryError, Reason = unknown };
    }

    /// <summary>Passes, and what might have been one had the DNS answered, each domain once.</summary>
    private static List<(string Mechanism, string Domain, AuthStatus Status)> Evidence(SpfEvidence? spf, ImmutableArray<DkimResult> dkim)
    {
        List<(string Mechanism, string Domain, AuthStatus Status)> evidence = new(dkim.Length + 1);
        foreach (DkimResult result in dkim)
        {
            if (result.Domain is { } domain && (result.IsUsable || result.Status == AuthStatus.TemporaryError) && !evidence.Contains(("dkim", domain, result.Status)))
            {
                evidence.Add(("dkim", domain, result.Status));
            }
        }

        if (spf is { Status: AuthStatus.Pass or AuthStatus.TemporaryError })
        {
            evidence.Add(("spf", spf.Domain, spf.Status));
        }

        return evidence;
    }

    /// <summary>Null where the DNS did not answer.</summary>
    private async ValueTask<bool?> IsAlignedAsync(string domain, string author, string? organization, bool isStrict, CancellationToken cancellation)
    {
        if (domain == author)
        {
            return true;
        }

        if (isStrict)
        {
            return false;
        }

        // The author's own record was found, but not whose part it is.
        if (organization is null)
        {
            return null;
        }

        // The organisation of a domain is the domain itself or one above it: without that there is nothing to ask.
        if (!DnsName.IsWithin(domain, organization))
        {
            return false;
        }

        TreeWalk walk = await TreeWalk.WalkAsync(resolver, domain, cancellation);
        return walk.Failure is null ? walk.OrganizationalDomain() == organization : null;
    }

    private async Task<DmarcPolicy> PublishedAsync(string author, string policyDomain, DmarcRecord record, CancellationToken cancellation)
    {
        if (author == policyDomain)
        {
            return record.Policy;
        }

        DmarcPolicy subdomains = record.Subdomains ?? record.Policy;
        return record.Nonexistent is { } nonexistent && nonexistent != subdomains && !await ExistsAsync(author, cancellation) ? nonexistent : subdomains;
    }

    // Without a sure "no" to A, AAAA and MX a domain is taken to exist.
    private async Task<bool> ExistsAsync(string domain, CancellationToken cancellation) =>
        await resolver.AddressesAsync(domain, cancellation) is not DnsAnswer<System.Net.IPAddress>.None
        || await resolver.MailExchangesAsync(domain, cancellation) is not DnsAnswer<MailExchange>.None;
}
