using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.MailAuth.Forecasts;

/// <summary>What is forwarded, and how.</summary>
/// <param name="Sender">Of the envelope as it came; null is the null reverse-path.</param>
/// <param name="Domain">Of the alias.</param>
/// <param name="Profile">Of that domain.</param>
public sealed record Forwarding(EmailAddress? Sender, string Domain, ForwardingProfile Profile)
{
    public bool IsSealed => Profile.HasFlag(ForwardingProfile.Arc);

    /// <summary>Whether SPF at the destination is asked about a name of ours: what the null sender is checked by is the name of this server (RFC 7208 §2.4).</summary>
    public bool HasSpfOfOurs => Sender is null || Profile.HasFlag(ForwardingProfile.Srs);
}
