using System.Collections.Immutable;
using EmailRouting.Dns;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Network;
using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Diagnosis;

/// <summary>What the owner of a domain is to publish in the DNS, and what is seen there.</summary>
public sealed class DomainRecords(IResolver resolver, OwnIdentity identity, RuleSnapshot rules, SigningKeys keys)
{
    private const int Preference = 10;

    // Where the record's own time to live is not said, the DNS host chooses.
    private const int AutomaticTtl = 1;

    /// <summary>What is signed for a domain with a profile that does anything needs a key beside the rest; it is made now where there is none.</summary>
    /// <exception cref="IOException">The key cannot be read or stored.</exception>
    public ImmutableArray<DomainRecord> Expected(string domain) =>
        NeedsKey(domain) ? [Exchange(domain), SenderPolicy(domain), Key(domain), AuthorPolicy(domain)] : [Exchange(domain), SenderPolicy(domain)];

    /// <inheritdoc cref="Expected"/>
    public async Task<ImmutableArray<SeenRecord>> LookAsync(string domain, CancellationToken cancellation)
    {
        List<Task<SeenRecord>> looks = [ExchangeAsync(domain, cancellation), SenderPolicyAsync(domain, cancellation)];
        if (NeedsKey(domain))
        {
            looks.Add(TextAsync(Key(domain), IsSameKey, "there is no key record", "there is another key", cancellation));
            looks.Add(TextAsync(
                AuthorPolicy(domain), static (_, text) => DmarcRecord.TryParse(text, out DmarcRecord? _), "there is no DMARC record", "the DMARC record cannot be read", cancellation));
        }

        return [.. await Task.WhenAll(looks)];
    }

    private bool NeedsKey(string domain) => rules.Current?.ProfileOf(domain) is not (null or ForwardingProfile.Transparent);

    private DomainRecord Exchange(string domain) => new("MX", domain, identity.HostName, Preference, AutomaticTtl, IsRequired: true);

    private static DomainRecord SenderPolicy(string domain) => new("TXT", domain, "v=spf1 mx ~all", null, AutomaticTtl, IsRequired: false);

    private DomainRecord Key(string domain)
    {
        SigningKey key = keys.Get(domain);
        return new DomainRecord("TXT", key.RecordName, key.RecordText, null, AutomaticTtl, IsRequired: false);
    }

    // A recommendation: who has a stricter one keeps it.
    private static DomainRecord AuthorPolicy(string domain) => new("TXT", $"_dmarc.{domain}", "v=DMARC1; p=none", null, AutomaticTtl, IsRequired: false);

    private static bool IsSameKey(string expected, string seen) =>
        TagList.TryParseRecord(expected, out TagList? ours) && TagList.TryParseRecord(seen, out TagList? theirs) && ours.Compact("p") == theirs.Compact("p");

    private async Task<SeenRecord> TextAsync(DomainRecord expected, Func<string, string, bool> isIt, string absent, string other, CancellationToken cancellation)
    {
        DnsAnswer<string> answer = await resolver.TextsAsync(expected.Name, cancellation);
        string publish = $"Publish: {expected.Name}. TXT \"{expected.Content}\"";
        return answer switch
        {
            DnsAnswer<string>.Failed failed => new SeenRecord(
                expected, RecordState.Unknown, [], $"could not be looked up: {failed.Reason}", $"Try again, and see: dig {expected.Name} TXT"),
            DnsAnswer<string>.Found found when found.Records.Any(text => isIt(expected.Content, text)) => new SeenRecord(
                expected, RecordState.Published, [.. found.Records], null, null),
            DnsAnswer<string>.Found found => new SeenRecord(expected, RecordState.Different, [.. found.Records], other, publish),
            _ => new SeenRecord(expected, RecordState.Missing, [], absent, publish),
        };
    }

    private async Task<SeenRecord> ExchangeAsync(string domain, CancellationToken cancellation)
    {
        IReadOnlyList<Finding> findings = await new DomainMailCheck(resolver, identity).RunAsync(domain, cancellation);
        DnsAnswer<MailExchange> answer = await resolver.MailExchangesAsync(domain, cancellation);
        ImmutableArray<string> seen = answer is DnsAnswer<MailExchange>.Found found
            ? [.. found.Records.OrderBy(mx => mx.Preference).Select(mx => $"{mx.Preference} {mx.Host}.")]
            : [];
        Finding first = findings[0];
        RecordState state = answer switch
        {
            DnsAnswer<MailExchange>.Failed => RecordState.Unknown,
            _ when first.Level != FindingLevel.Fail => RecordState.Published,
            DnsAnswer<MailExchange>.Found => RecordState.Different,
            _ => RecordState.Missing,
        };
        return new SeenRecord(Exchange(domain), state, seen, first.Level == FindingLevel.Ok ? null : first.Seen, first.Mend);
    }

    private async Task<SeenRecord> SenderPolicyAsync(string domain, CancellationToken cancellation)
    {
        DomainRecord expected = SenderPolicy(domain);
        string publish = $"Publish: {domain}. TXT \"{expected.Content}\"";
        DnsAnswer<string> answer = await resolver.TextsAsync(domain, cancellation);
        if (answer is DnsAnswer<string>.Failed failed)
        {
            return new SeenRecord(expected, RecordState.Unknown, [], $"could not be looked up: {failed.Reason}", $"Try again, and see: dig {domain} TXT");
        }

        ImmutableArray<string> seen = answer is DnsAnswer<string>.Found found ? [.. found.Records.Where(IsSenderPolicy)] : [];
        return seen.Length switch
        {
            0 => new SeenRecord(expected, RecordState.Missing, seen, "there is no SPF record", publish),
            1 when NamesUs(seen[0]) => new SeenRecord(expected, RecordState.Published, seen, null, null),
            1 => new SeenRecord(
                expected, RecordState.Different, seen, "the SPF record does not name this server", $"Put mx into it, before the term with 'all': {seen[0]}"),
            _ => new SeenRecord(expected, RecordState.Different, seen, "there are several SPF records, which is an error to every receiver (RFC 7208 §4.5)", "Leave one of them"),
        };
    }

    private static bool IsSenderPolicy(string text) => text.Equals("v=spf1", StringComparison.OrdinalIgnoreCase) || text.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase);

    /// <summary>As far as the text shows; an include may name us further on.</summary>
    private bool NamesUs(string policy) => policy.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(term =>
        term.TrimStart('+') is string plain
        && (plain.Equals("mx", StringComparison.OrdinalIgnoreCase)
            || plain.Equals($"a:{identity.HostName}", StringComparison.OrdinalIgnoreCase)
            || plain.StartsWith("include:", StringComparison.OrdinalIgnoreCase)
            || plain.StartsWith("redirect=", StringComparison.OrdinalIgnoreCase)
            || identity.PublicAddresses.Any(address => plain.Equals($"ip4:{address}", StringComparison.Ordinal) || plain.Equals($"ip6:{address}", StringComparison.Ordinal))));
}

/// <summary>One record to be published.</summary>
/// <param name="Type">MX or TXT.</param>
/// <param name="Name">Without the final dot.</param>
/// <param name="Content">Of an MX: the host.</param>
/// <param name="Priority">Of an MX.</param>
/// <param name="Ttl">In seconds; 1 leaves it to the DNS host.</param>
/// <param name="IsRequired">Without it no mail comes.</param>
public sealed record DomainRecord(string Type, string Name, string Content, int? Priority, int Ttl, bool IsRequired);

/// <summary>A record beside what the DNS says.</summary>
/// <param name="Record">What it should be.</param>
/// <param name="State">How the two compare.</param>
/// <param name="Seen">What there is of this type.</param>
/// <param name="Problem">In words; null where there is none.</param>
/// <param name="Remedy">What to do; null where there is nothing to do.</param>
public sealed record SeenRecord(DomainRecord Record, RecordState State, ImmutableArray<string> Seen, string? Problem, string? Remedy);

public enum RecordState
{
    /// <summary>It is there, or what is there does as well.</summary>
    Published,

    Missing,

    /// <summary>There is something else.</summary>
    Different,

    /// <summary>The DNS did not answer.</summary>
    Unknown,
}
