using EmailRouting.Dns;
using EmailRouting.Network;
using EmailRouting.Storage;

namespace EmailRouting.Diagnosis;

/// <summary>Whether the DNS of a pending domain shows that whoever added it controls it (invariant 11): its mail is pointed at us, or it carries our token.</summary>
public sealed class DomainProof(IResolver resolver, OwnIdentity identity)
{
    private const string Label = "_emailrouting";

    // Where the record's own time to live is not said, the DNS host chooses.
    private const int AutomaticTtl = 1;

    /// <summary>The token, for an owner who does not want to move his mail yet.</summary>
    public static DomainRecord Record(Domain domain) => new("TXT", $"{Label}.{domain.Name}", $"emailrouting-domain={domain.Id:N}", null, AutomaticTtl, IsRequired: false);

    public async Task<bool> IsSeenAsync(Domain domain, CancellationToken cancellation)
    {
        DomainRecord token = Record(domain);
        Task<DnsAnswer<MailExchange>> exchanges = resolver.MailExchangesAsync(domain.Name, cancellation);
        DnsAnswer<string> texts = await resolver.TextsAsync(token.Name, cancellation);
        return (texts is DnsAnswer<string>.Found found && found.Records.Any(text => text.Trim() == token.Content))
            || (await exchanges is DnsAnswer<MailExchange>.Found mx && mx.Records.Any(record => identity.IsOurName(record.Host)));
    }
}
