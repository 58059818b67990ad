using System.Collections.Immutable;
using EmailRouting.Dns;

namespace EmailRouting.MailAuth.Dmarc;

/// <summary>The DMARC records of a domain and of the domains above it (RFC 9989 §4.10).</summary>
/// <param name="Start">The domain that was begun with.</param>
/// <param name="Records">From the longest name to the shortest.</param>
/// <param name="Failure">Why not all is known; null where the DNS answered every question.</param>
internal sealed record TreeWalk(string Start, ImmutableArray<(string Domain, DmarcRecord Record)> Records, string? Failure)
{
    /// <summary>Questions that one walk asks, however many labels a name has.</summary>
    public const int MaxQueries = 8;

    public static async ValueTask<TreeWalk> WalkAsync(IResolver resolver, string start, CancellationToken cancellation)
    {
        ImmutableArray<(string, DmarcRecord)>.Builder records = ImmutableArray.CreateBuilder<(string, DmarcRecord)>(1);
        string at = start;
        for (int labels = DnsName.LabelCount(start); labels > 0;)
        {
            DnsAnswer<string> answer = await resolver.TextsAsync($"_dmarc.{at}", cancellation);
            if (answer is DnsAnswer<string>.Failed failed)
            {
                return new TreeWalk(start, records.DrainToImmutable(), failed.Reason);
            }

            if (OnlyRecord(answer) is { } record)
            {
                records.Add((at, record));

                // Steps 2 and 6: who says what he is, suffix or not, ends the walk, be it where it began.
                if (record.PublicSuffix is not null)
                {
                    break;
                }
            }

            // Step 4. The long names that only a spammer has are cut short, so that eight questions lead to the root.
            labels = labels >= MaxQueries ? MaxQueries - 1 : labels - 1;
            at = DnsName.Rightmost(start, labels);
        }

        return new TreeWalk(start, records.DrainToImmutable(), Failure: null);
    }

    /// <summary>The domain that answers for <see cref="Start"/> (§4.10.2).</summary>
    public string OrganizationalDomain()
    {
        foreach ((string domain, DmarcRecord record) in Records)
        {
            if (record.PublicSuffix == false)
            {
                return domain;
            }

            if (record.PublicSuffix == true && domain != Start)
            {
                return DnsName.Rightmost(Start, DnsName.LabelCount(domain) + 1);
            }
        }

        return Records is [.., var shortest] ? shortest.Domain : Start;
    }

    /// <summary>The record that applies to mail of <see cref="Start"/> (§4.10.1): its own, its organisation's, or that of the public suffix; null where there is none.</summary>
    public (string Domain, DmarcRecord Record)? Policy()
    {
        string organization = OrganizationalDomain();
        return Find(Start) ?? Find(organization) ?? (Records is [.., { Record.PublicSuffix: true } suffix] ? suffix : null);
    }

    private (string Domain, DmarcRecord Record)? Find(string domain)
    {
        foreach ((string Domain, DmarcRecord Record) found in Records)
        {
            if (found.Domain == domain)
            {
                return found;
            }
        }

        return null;
    }

    // Two records are as good as none: nobody can say which one is meant.
    private static DmarcRecord? OnlyRecord(DnsAnswer<string> answer)
    {
        if (answer is not DnsAnswer<string>.Found found)
        {
            return null;
        }

        string? only = null;
        foreach (string text in found.Records)
        {
            if (!DmarcRecord.IsDmarc(text))
            {
                continue;
            }

            if (only is not null)
            {
                return null;
            }

            only = text;
        }

        return only is not null && DmarcRecord.TryParse(only, out DmarcRecord? record) ? record : null;
    }
}
