using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailRouting.Mail;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Reception;

/// <summary>What is known of one conversation, and which command may come next.</summary>
/// <remarks>There is no "phase" beside the facts: what is null or empty here <em>is</em> the phase, so the two cannot disagree.</remarks>
internal sealed class SmtpSession(SmtpOptions options, bool isTlsOffered)
{
    private readonly List<AcceptedRecipient> _recipients = [];
    private readonly List<RefusedRecipient> _refused = [];

    /// <summary>As the client named itself; null before HELO or EHLO.</summary>
    public string? ClientName { get; private set; }

    public bool IsExtended { get; private set; }

    /// <summary>Protocol and cipher; null in clear text.</summary>
    public string? Tls { get; private set; }

    /// <summary>The transaction's sender and id; null where none has begun.</summary>
    public Envelope? Envelope { get; private set; }

    public MailId Id { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>What decides at the end of DATA: that of the first recipient who was accepted, and so of the transaction. Null before.</summary>
    public DomainPolicy? Policy { get; private set; }

    /// <summary>Begun at MAIL; null where nothing is asked.</summary>
    public SenderLookups? Lookups { get; private set; }

    public IReadOnlyList<AcceptedRecipient> Recipients => _recipients;

    /// <summary>What is done to the copies: the same for all recipients.</summary>
    public ForwardingProfile Profile => Policy?.Profile ?? ForwardingProfile.Transparent;

    /// <summary>Its recipient is an address that we have made of a sender's: what comes is read here, and not sent on.</summary>
    public bool IsReturn => _recipients is [{ Decision: RecipientDecision.Return }, ..];

    public IReadOnlyList<RefusedRecipient> RefusedRecipients => _refused;

    /// <summary>The order of commands as RFC 5321 §4.1.4 has it, and what can be said without asking anybody; null when the command may go ahead.</summary>
    public SmtpReply? Refusal(SmtpCommand command) => command switch
    {
        SmtpCommand.Unreadable unreadable => unreadable.Reply,

        SmtpCommand.StartTls when Tls is not null => Replies.TlsIsActive,
        SmtpCommand.StartTls when !isTlsOffered => Replies.TlsIsNotOffered,
        SmtpCommand.StartTls when Envelope is not null => Replies.NotDuringTransaction,

        SmtpCommand.MailFrom when ClientName is null => Replies.EhloFirst,
        SmtpCommand.MailFrom when Envelope is not null => Replies.OneMailAtATime,
        SmtpCommand.MailFrom mail when mail.Parameters.Size > options.MaxMessageBytes => Replies.TooLarge(options.MaxMessageBytes),
        SmtpCommand.MailFrom { Sender.IsAscii: false, Parameters.SmtpUtf8: false } => SmtpReply.SmtpUtf8Needed,

        SmtpCommand.RcptTo when Envelope is null => Replies.MailFirst,
        SmtpCommand.RcptTo when _recipients.Count >= options.MaxRecipients => SmtpReply.TooManyRecipients,
        SmtpCommand.RcptTo { Recipient.IsAscii: false } when !Envelope!.Parameters.SmtpUtf8 => SmtpReply.SmtpUtf8Needed,

        SmtpCommand.Data when Envelope is null => Replies.MailFirst,
        SmtpCommand.Data when _recipients.Count == 0 => Replies.NoValidRecipients,

        _ => null,
    };

    /// <summary>Of the recipients that were accepted, as the client named them.</summary>
    public ImmutableArray<EmailAddress> Aliases()
    {
        var aliases = new EmailAddress[_recipients.Count];
        for (int i = 0; i < aliases.Length; i++)
        {
            aliases[i] = _recipients[i].Recipient.Alias;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(aliases);
    }

    /// <summary>HELO or EHLO: also ends a transaction (RFC 5321 §4.1.4).</summary>
    public void Greet(string clientName, bool isExtended)
    {
        Reset();
        (ClientName, IsExtended) = (clientName, isExtended);
    }

    /// <summary>After STARTTLS everything the client said before is forgotten (RFC 3207 §4.2).</summary>
    public void Encrypt(string tls)
    {
        Reset();
        (ClientName, IsExtended, Tls) = (null, false, tls);
    }

    public void Begin(MailId id, DateTimeOffset now, Envelope envelope, SenderLookups? lookups) => (Id, StartedAt, Envelope, Lookups) = (id, now, envelope, lookups);

    public void Accept(AliasRecipient recipient, RecipientDecision decision, DomainPolicy policy)
    {
        Policy ??= policy;
        _recipients.Add(new AcceptedRecipient(recipient, decision));
    }

    public void Refuse(EmailAddress recipient, RecipientDecision.Refuse refusal) => _refused.Add(new RefusedRecipient(recipient, refusal));

    public void Reset()
    {
        Lookups?.Dispose();
        (Envelope, Policy, Lookups) = (null, null, null);
        _recipients.Clear();
        _refused.Clear();
    }
}
