using System.Collections.Immutable;
using System.Net;
using EmailRouting.Dns;
using EmailRouting.Network;

namespace EmailRouting.Diagnosis;

/// <summary>Whether the world's mail for a domain comes to us: its MX records.</summary>
public sealed class DomainMailCheck(IResolver resolver, OwnIdentity identity)
{
    private const string Why = "Mail for the domain goes where its MX records say, and nowhere else.";

    public async Task<IReadOnlyList<Finding>> RunAsync(string domain, CancellationToken cancellation)
    {
        string subject = $"{domain} MX";
        string record = $"{domain}. MX 10 {identity.HostName}.";
        switch (await resolver.MailExchangesAsync(domain, cancellation))
        {
            case DnsAnswer<MailExchange>.Failed failed:
                return [Finding.Warn(subject, $"could not be looked up: {failed.Reason}", Why, $"Try again, and see: dig {domain} MX")];
            case DnsAnswer<MailExchange>.None { NameExists: false }:
                return [Finding.Fail(subject, "the domain does not exist in the DNS", Why, $"Register it or mend its delegation, then publish: {record}")];
            case DnsAnswer<MailExchange>.Found found:
                return [.. await LookAsync(subject, record, found.Records, cancellation)];
            default:
                return [Finding.Fail(subject, "there is no MX record", Why, $"Publish: {record}")];
        }
    }

    private async Task<List<Finding>> LookAsync(string subject, string record, ImmutableArray<MailExchange> exchanges, CancellationToken cancellation)
    {
        string seen = string.Join(", ", exchanges.OrderBy(mx => mx.Preference).Select(mx => $"{mx.Preference} {(mx.Host.Length > 0 ? mx.Host : ".")}"));
        if (exchanges.Any(mx => mx.Host.Length == 0))
        {
            return [Finding.Fail(subject, $"{seen}: the null MX, which says that the domain takes no mail", Why, $"Remove it and publish: {record}")];
        }

        var ours = new List<MailExchange>();
        var findings = new List<Finding>();
        foreach (MailExchange mx in exchanges)
        {
            DnsAnswer<IPAddress> addresses = await resolver.AddressesAsync(mx.Host, cancellation);
            if (addresses is DnsAnswer<IPAddress>.None)
            {
                findings.Add(Finding.Warn(
                    subject, $"{mx.Host} has no address", "Senders lose time on it, and cannot deliver where there is no other.",
                    $"Publish an A record for {mx.Host}, or remove it from the MX records."));
            }

            bool leadsToUs = addresses is DnsAnswer<IPAddress>.Found found && found.Records.Any(address => OwnAddresses.Has(address, identity.PublicAddresses));
            if (identity.IsOurName(mx.Host) || leadsToUs)
            {
                ours.Add(mx);
            }
        }

        findings.Insert(0, Judge(subject, seen, record, exchanges, ours));
        return findings;
    }

    private Finding Judge(string subject, string seen, string record, ImmutableArray<MailExchange> exchanges, List<MailExchange> ours)
    {
        if (ours.Count == 0)
        {
            return Finding.Fail(subject, $"{seen}: none of them is {identity.HostName} or an address of ours", Why, $"Publish, in place of these: {record}");
        }

        MailExchange[] foreign = [.. exchanges.Except(ours)];
        if (foreign.Length == 0)
        {
            return Finding.Ok(subject, seen);
        }

        string others = string.Join(", ", foreign.Select(mx => mx.Host));
        bool isFirst = ours.Min(mx => mx.Preference) < foreign.Min(mx => mx.Preference);
        return Finding.Warn(
            subject,
            $"{seen}: {others} takes mail too",
            isFirst ? "What arrives there while we cannot be reached does not follow our rules." : "Mail goes there as often as to us, or before: it does not follow our rules.",
            $"Remove {others} from the MX records unless it hands mail on to us; ours is: {record}");
    }
}
