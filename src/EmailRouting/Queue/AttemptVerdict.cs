using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Queue;

/// <summary>From how an attempt ended to what becomes of the delivery: the one place that decides who is told of what (promise 2, RFC 3461 §5.2).</summary>
internal static class AttemptVerdict
{
    /// <param name="mail">The message.</param>
    /// <param name="delivery">As it was before the attempt.</param>
    /// <param name="outcome">Of the attempt.</param>
    /// <param name="options">The schedule, and our name.</param>
    /// <param name="now">When the attempt ended.</param>
    /// <param name="jitter">In [0, 1).</param>
    public static Settlement Settle(
        AcceptedMail mail, ClaimedDelivery delivery, DeliveryOutcome outcome, QueueOptions options, DateTimeOffset now, double jitter)
    {
        switch (outcome)
        {
            case DeliveryOutcome.Delivered:
                return new Settlement.Done(Relayed(mail, delivery.Target, options.ReportingHost, now));

            case DeliveryOutcome.Refused refused when delivery.Target.Turned is { } fallback:
                return new Settlement.Turn(fallback, refused.Reply.ToString());

            case DeliveryOutcome.Refused refused:
                return Fail(mail, delivery.Target, ReportVerdict.Refused(refused.Reply), refused.Reply, options.ReportingHost, now);

            case DeliveryOutcome.Deferred deferred:
                return RetrySchedule.Next(options, RetrySchedule.Term(options, delivery.Target), delivery.AgesFrom, delivery.Attempts + 1, now, jitter) is { } next
                    ? new Settlement.Retry(next, deferred.Reply.ToString())
                    : delivery.Target.TurnedWhenLate is { } later ? new Settlement.Turn(later, deferred.Reply.ToString())
                    : Fail(mail, delivery.Target, ReportVerdict.Expired, deferred.Reply, options.ReportingHost, now);

            default:
                throw new UnreachableException();
        }
    }

    private static OwedReport? Relayed(AcceptedMail mail, Target target, string host, DateTimeOffset now)
    {
        ImmutableArray<AliasRecipient> asking = MayTell(mail)
            ? [.. target.Aliases.Where(alias => alias.Parameters.Notify is { } notify && notify.HasFlag(DsnNotify.Success))]
            : [];
        return asking.IsEmpty ? null : DeliveryReport.Compose(mail, asking, ReportVerdict.Relayed, host, now);
    }

    private static Settlement Fail(AcceptedMail mail, Target target, ReportVerdict verdict, SmtpReply reply, string host, DateTimeOffset now)
    {
        // Where NOTIFY was not given a failure is reported (RFC 3461 §4.1).
        ILookup<bool, AliasRecipient> isTold = target.Aliases.ToLookup(
            alias => MayTell(mail) && (alias.Parameters.Notify is not { } notify || notify.HasFlag(DsnNotify.Failure)));
        OwedReport? report = isTold[true].Any() ? DeliveryReport.Compose(mail, [.. isTold[true]], verdict, host, now) : null;
        return isTold[false].Any()
            ? new Settlement.Failed(target with { Aliases = [.. isTold[false]] }, reply.ToString(), report)
            : new Settlement.Done(report);
    }

    private static bool MayTell(AcceptedMail mail) => mail.MayBounce && mail.Envelope.Sender is not null;
}
