using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;

namespace EmailRouting.Queue;

/// <summary>What becomes of a delivery after an attempt.</summary>
public abstract record Settlement
{
    private Settlement()
    {
    }

    /// <summary>The same, with its report signed for the domain of the aliases that it is about.</summary>
    internal Settlement SignedBy(OwnMailSigner signer, Target target) => this switch
    {
        Done { Report: { } report } done => done with { Report = report.SignedBy(signer, target.Aliases[0].Alias.Domain) },
        Failed { Report: { } report } failed => failed with { Report = report.SignedBy(signer, target.Aliases[0].Alias.Domain) },
        _ => this,
    };

    /// <summary>Nothing is owed any more: delivered, or reported to the sender.</summary>
    /// <param name="Report">What the sender is told, in the same transaction; null where nobody is told.</param>
    public sealed record Done(OwedReport? Report) : Settlement;

    /// <summary>To be attempted again.</summary>
    public sealed record Retry(DateTimeOffset DueAt, string LastReply) : Settlement;

    /// <summary>Its destination has failed: owed to the fallback from now on, as if it had been accepted for it now.</summary>
    /// <param name="To">With no fallback of its own.</param>
    /// <param name="Reason">What the destination that failed had said last, for the operator.</param>
    public sealed record Turn(Target To, string Reason) : Settlement;

    /// <summary>Failed where no report may go: kept, listed and retryable (promise 2).</summary>
    /// <param name="Kept">The target with the aliases that nobody is told about.</param>
    /// <param name="LastReply">Why, for the operator.</param>
    /// <param name="Report">For the other aliases of a target whose senders' wishes differ; null where there are none.</param>
    public sealed record Failed(Target Kept, string LastReply, OwedReport? Report) : Settlement;
}
