using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;

namespace EmailRouting.Queue;

/// <summary>A report to a sender, to be made durable together with what it reports.</summary>
public sealed record OwedReport(AcceptedMail Mail, NewDelivery Delivery)
{
    /// <summary>The same report, signed for the domain that it is about.</summary>
    internal OwedReport SignedBy(OwnMailSigner signer, string domain)
    {
        MessageContent signed = signer.Sign(Mail.Content, domain);
        Mail.Content.Dispose();
        return this with { Mail = Mail with { Content = signed } };
    }
}
