using EmailRouting.Storage;

namespace EmailRouting.Policy;

/// <summary>All that decides, at the end of DATA, on a message for one domain. Immutable; a transaction has one (RFC 5321 has one reply to the final dot).</summary>
public sealed class DomainPolicy
{
    /// <summary>Of every domain that has chosen nothing: they share it.</summary>
    public static readonly DomainPolicy Off = new(Guid.Empty, InboundPolicy.Off, SenderList.Empty, ForwardingProfile.Transparent, isReserved: false);

    private readonly string _text;

    private DomainPolicy(Guid domain, InboundPolicy policy, SenderList senders, ForwardingProfile profile, bool isReserved)
    {
        (Domain, Inbound, Senders, Profile, IsReserved) = (domain, policy, senders, profile, isReserved);
        _text = policy.ToText();
        Reserved = isReserved ? this : new DomainPolicy(domain, policy.AtMost(PolicyAction.Tag), senders, profile, isReserved: true);
    }

    /// <summary>Its id; empty where several share this.</summary>
    public Guid Domain { get; }

    public InboundPolicy Inbound { get; }

    /// <summary>The domain's own list of senders.</summary>
    public SenderList Senders { get; }

    /// <summary>What is done to the mail that is forwarded for it.</summary>
    public ForwardingProfile Profile { get; }

    /// <summary>Nobody is refused on account of who he is or of what he writes.</summary>
    public bool IsReserved { get; }

    /// <summary>
    /// The same for <c>postmaster@</c> and <c>abuse@</c>. RFC 5321 §4.5.1 wants every reasonable effort made to accept their mail: who is refused elsewhere has to be able to
    /// ask why, and reports of abuse look like what they report. Limits of how much stay, for they keep the mailbox usable.
    /// </summary>
    public DomainPolicy Reserved { get; }

    /// <summary>Whether SPF is to be asked at MAIL.</summary>
    public bool AsksSpf => Inbound.AsksSpf || ReadsMessage;

    /// <summary>Whether the signatures of the message are to be verified: for a policy, or to be told in a trace.</summary>
    public bool ReadsMessage => Inbound.ReadsMessage || (Profile & (ForwardingProfile.Trace | ForwardingProfile.Arc)) != ForwardingProfile.Transparent;

    /// <summary>Of a domain whose mail is passed on as it comes.</summary>
    /// <inheritdoc cref="Of(Guid, string, SenderList, ForwardingProfile)"/>
    public static DomainPolicy Of(Guid domain, string text, SenderList senders) => Of(domain, text, senders, ForwardingProfile.Transparent);

    /// <param name="domain">Its id.</param>
    /// <param name="text">Its policy, as stored.</param>
    /// <param name="senders">Its list.</param>
    /// <param name="profile">Its forwarding profile.</param>
    public static DomainPolicy Of(Guid domain, string text, SenderList senders, ForwardingProfile profile) =>
        text.Length == 0 && senders.IsEmpty && profile == ForwardingProfile.Transparent
            ? Off
            : new DomainPolicy(domain, InboundPolicy.FromText(text), senders, profile, isReserved: false);

    /// <summary>Whether one reply to the final dot can answer for both.</summary>
    public bool IsSameAs(DomainPolicy other) =>
        ReferenceEquals(this, other)
        || (_text == other._text && Profile == other.Profile && IsReserved == other.IsReserved && (Domain == other.Domain || (Senders.IsEmpty && other.Senders.IsEmpty)));
}
