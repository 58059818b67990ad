using EmailRouting.Dns;
using EmailRouting.MailAuth.Dmarc;

namespace EmailRouting.MailAuth.Forecasts;

/// <summary>Says before and after the fact whether the destination will be able to authenticate what is forwarded to it.</summary>
/// <remarks>
/// A signature over the message (DKIM) goes where the message goes, for we change nothing in it. SPF is about the client, and at the destination that is us: what it says
/// of the author ends here. So much depends on whether a message is signed, which before the fact nobody knows; then both cases are told.
/// </remarks>
public sealed class DeliveryForecast(IResolver resolver)
{
    private readonly DmarcCheck _dmarc = new(resolver);

    /// <summary>For mail that might come, its author taken to be of the domain of its sender.</summary>
    public async Task<Forecast> BeforeAsync(Forwarding forwarding, CancellationToken cancellation)
    {
        if (forwarding.Sender is not { } sender)
        {
            return new Forecast(Outlook.Open, "Mail without a sender, as reports are: the destination can authenticate it if its author's domain signs it (DKIM).");
        }

        if (!DnsName.TryNormalize(sender.Domain, out string? author))
        {
            return new Forecast(Outlook.Open, $"The sender has no domain name: the destination can authenticate its mail if {Signing("its author's domain")}.");
        }

        DmarcResult policy = await _dmarc.EvaluateAsync(new AuthorDomains.Found([author]), spf: null, [], cancellation);
        string signed = $"If {Signing(author)}, the destination can authenticate the mail: the signature stays valid.";
        if (policy.Status == AuthStatus.TemporaryError)
        {
            return new Forecast(Outlook.Open, $"{signed} What {author} asks for otherwise is not known: the DNS did not answer.");
        }

        Forecast bySpf = BySpfAlone(forwarding, author, policy);
        return new Forecast(bySpf.Outlook is Outlook.Bad ? Outlook.Open : bySpf.Outlook, $"{signed} If not: {bySpf.Sentence}");
    }

    /// <summary>For a message that came.</summary>
    /// <param name="forwarding">How it goes on.</param>
    /// <param name="found">What was found out about it.</param>
    public static Forecast After(Forwarding forwarding, AuthenticationResult found)
    {
        DmarcResult dmarc = found.Dmarc;
        string author = dmarc.Author ?? "its author";
        switch (dmarc.Status)
        {
            case AuthStatus.PermanentError:
                return new Forecast(Outlook.Open, $"Whose message it is is not clear ({dmarc.Reason}): receivers treat such mail as they see fit.");

            case AuthStatus.TemporaryError:
                return new Forecast(Outlook.Open, $"The DNS did not answer for what stands behind {author} ({dmarc.Reason}): the destination may find more, or less.");

            case AuthStatus.Fail when dmarc.Applied != DmarcPolicy.None && (!forwarding.IsSealed || found.Arc.Status != AuthStatus.Pass):
                return new Forecast(Outlook.Bad, $"{author} did not stand behind the message when it came ({dmarc.Reason}), and asks to have such mail {Treatment(dmarc.Published)}: strict receivers will do so.");

            case AuthStatus.Fail when dmarc.Applied != DmarcPolicy.None:
                return new Forecast(
                    Outlook.Sealed,
                    $"{author} does not stand behind the message any more, and asks to have such mail {Treatment(dmarc.Published)}. A chain of seals (ARC) tells what it was before, and ours goes on with it: receivers that trust the chain take it.");

            case AuthStatus.Pass when dmarc.AlignedBy.FirstOrDefault(static by => by.StartsWith("dkim=", StringComparison.Ordinal)) is { } signature:
                return Signed(signature["dkim=".Length..]);

            case AuthStatus.None or AuthStatus.Fail when found.Dkim.FirstOrDefault(static result => result.IsUsable) is { Domain: { } signer }:
                return Signed(signer);

            default:
                return BySpfAlone(forwarding, author, dmarc);
        }
    }

    private static Forecast Signed(string signer) =>
        new(Outlook.Good, $"The message is signed by {signer} (DKIM), and the signature stays valid: the destination can authenticate it.");

    /// <summary>For what is not signed.</summary>
    private static Forecast BySpfAlone(Forwarding forwarding, string author, DmarcResult policy)
    {
        if (policy.PolicyDomain is not null && policy.Published != DmarcPolicy.None && !policy.IsTest)
        {
            string asked = $"only SPF stands behind {author}, and that ends here; its policy asks to have such mail {Treatment(policy.Published)}";
            return forwarding.IsSealed
                ? new Forecast(
                    Outlook.Sealed, $"{asked}. Our seal (ARC, by {forwarding.Domain}) tells that it was in order when it came: receivers that trust it take the mail, others do what is asked.")
                : new Forecast(Outlook.Bad, $"{asked}: strict receivers will do so. The authenticated profile for {forwarding.Domain} adds a seal (ARC) that many receivers trust.");
        }

        return forwarding.HasSpfOfOurs
            ? new Forecast(Outlook.Good, $"SPF passes for a name of ours ({(forwarding.Sender is null ? "this server" : forwarding.Domain)}, once its record names this server), and {author} asks for no more.")
            : new Forecast(
                Outlook.Weak,
                $"SPF of {forwarding.Sender!.Domain} does not know this server, and nothing else stands behind the mail: it may be taken for spam. With SRS, of the authenticated profile for {forwarding.Domain}, SPF passes.");
    }

    private static string Signing(string domain) => $"{domain} signs its mail (DKIM)";

    private static string Treatment(DmarcPolicy policy) => policy == DmarcPolicy.Reject ? "refused" : "put aside as suspicious";
}
