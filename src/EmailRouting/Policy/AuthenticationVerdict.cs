using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.MailAuth.Spf;

namespace EmailRouting.Policy;

/// <summary>From what SPF, DKIM, ARC and DMARC found out to what is done about it.</summary>
internal sealed class AuthenticationVerdict(AuthenticationCheck check)
{
    /// <summary>Waits for SPF, reads the message where that is wanted, writes everything down, and acts on SPF, DKIM and DMARC in this order.</summary>
    /// <returns>True where the message is refused.</returns>
    public async Task<bool> ActAsync(Arrival arrival, Judgement judgement, Task<SpfOutcome> lookup, CancellationToken end)
    {
        // 1. Everything, before anything is decided: a signature may stand in for a client that SPF does not know.
        SpfOutcome late = new(SpfResult.TempError, SpfIdentity.MailFrom, arrival.Sender?.Domain ?? arrival.ClientName, string.Empty, string.Empty, "no answer in time");
        SpfOutcome spf = await lookup.OrAsync(late, end);
        SpfEvidence evidence = SpfEvidence.Of(spf, arrival.Sender);
        AuthenticationResult? result = arrival.Policy.ReadsMessage ? await ReadAsync(arrival, evidence, end) : null;
        judgement.Authentication = result;
        judgement.LooksForged = evidence.Status == AuthStatus.Fail || result?.Dmarc.Status == AuthStatus.Fail;

        // 2. What is done about it.
        bool isVouchedFor = result?.Dmarc.Status == AuthStatus.Pass;
        return ActOnSpf(arrival, judgement, spf, evidence, isVouchedFor)
            || (arrival.Policy.ReadsMessage && (result is null ? ActOnNothing(judgement) : ActOnDkim(judgement, result) || ActOnDmarc(judgement, result)));
    }

    /// <summary>Null where the time was over before the message was read.</summary>
    private async ValueTask<AuthenticationResult?> ReadAsync(Arrival arrival, SpfEvidence evidence, CancellationToken end)
    {
        try
        {
            return await check.CheckAsync(arrival.Content, Task.FromResult<SpfEvidence?>(evidence), end);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return null;
        }
    }

    private static bool ActOnNothing(Judgement judgement)
    {
        PolicyAction most = judgement.Policy.Dkim > judgement.Policy.Dmarc ? judgement.Policy.Dkim : judgement.Policy.Dmarc;
        return judgement.Act(new Finding("dmarc", "temperror", string.Empty, "no time was left to read the message", InboundCheck.IfRejecting(most)), PolicyReplies.NotThisTime);
    }

    private static bool ActOnSpf(Arrival arrival, Judgement judgement, SpfOutcome spf, SpfEvidence evidence, bool isVouchedFor)
    {
        string reason = spf.Problem.Length > 0 ? spf.Problem : spf.Mechanism;
        string keyword = evidence.Status.Keyword();
        PolicyAction action = judgement.Policy.Spf;
        if (action == PolicyAction.Off || evidence.Status is not (AuthStatus.Fail or AuthStatus.TemporaryError))
        {
            judgement.Note("spf", keyword, spf.Domain, reason);
            return false;
        }

        // Mail that was forwarded comes from a client that its sender's record cannot know. RFC 9989 §7.1 warns of refusing by SPF alone what DMARC would accept.
        if (isVouchedFor)
        {
            return judgement.Act(new Finding("spf", keyword, spf.Domain, reason, PolicyAction.Tag), PolicyReplies.SpfFail(spf.Domain, arrival.Client));
        }

        return evidence.Status == AuthStatus.Fail
            ? judgement.Act(new Finding("spf", keyword, spf.Domain, reason, action), PolicyReplies.SpfFail(spf.Domain, arrival.Client))
            : judgement.Act(new Finding("spf", keyword, spf.Domain, reason, InboundCheck.IfRejecting(action)), PolicyReplies.SpfNotAnswered(spf.Domain));
    }

    private static bool ActOnDkim(Judgement judgement, AuthenticationResult result)
    {
        PolicyAction action = judgement.Policy.Dkim;
        bool holds = result.Dkim.Any(static signature => signature.Status == AuthStatus.Pass);
        DkimResult? open = result.Dkim.FirstOrDefault(static signature => signature.Status == AuthStatus.TemporaryError);
        bool isRefused = false;
        foreach (DkimResult signature in result.Dkim)
        {
            string domain = signature.Domain ?? string.Empty;
            if (action == PolicyAction.Off || holds || isRefused)
            {
                judgement.Note("dkim", signature.Status.Keyword(), domain, signature.Reason);
                continue;
            }

            isRefused = open is null
                ? judgement.Act(new Finding("dkim", signature.Status.Keyword(), domain, signature.Reason, action), PolicyReplies.DkimFail(domain))
                : judgement.Act(
                    new Finding("dkim", signature.Status.Keyword(), domain, signature.Reason, InboundCheck.IfRejecting(action)), PolicyReplies.DkimNotAnswered(open.Domain ?? domain));
        }

        if (result.Dkim.IsEmpty)
        {
            judgement.Note("dkim", "none", string.Empty, string.Empty);
        }

        return isRefused;
    }

    private static bool ActOnDmarc(Judgement judgement, AuthenticationResult result)
    {
        DmarcResult dmarc = result.Dmarc;
        if (result.Arc.Status != AuthStatus.None)
        {
            judgement.Note("arc", result.Arc.Status.Keyword(), result.Arc.Sealers is [.., var last] ? last : string.Empty, result.Arc.Reason);
        }

        string author = dmarc.Author ?? string.Empty;
        string keyword = dmarc.Status.Keyword();
        PolicyAction most = judgement.Policy.Dmarc;
        switch (dmarc.Status)
        {
            case AuthStatus.Fail when most != PolicyAction.Off:
                bool isTrusted = IsVouchedForBySealer(judgement.Policy, result.Arc);
                string reason = isTrusted ? $"{dmarc.Reason}; it was in order when {result.Arc.Sealers[^1]} got it" : dmarc.Reason;
                return judgement.Act(
                    new Finding("dmarc", keyword, author, reason, isTrusted ? PolicyAction.Tag : Wanted(dmarc.Applied, most)), PolicyReplies.DmarcFail(dmarc));

            // Where the domain asks for nothing, or its record is known and asks for less, there is nothing that an answer could have refused.
            case AuthStatus.TemporaryError when most != PolicyAction.Off:
                bool mightRefuse = dmarc.PolicyDomain is null || (dmarc.Published == DmarcPolicy.Reject && !dmarc.IsTest);
                return judgement.Act(
                    new Finding("dmarc", keyword, author, dmarc.Reason, mightRefuse ? InboundCheck.IfRejecting(most) : PolicyAction.Tag), PolicyReplies.DmarcNotAnswered(dmarc));

            // A second From would otherwise be the way round every domain's policy. Without any From nobody is imitated.
            case AuthStatus.PermanentError when most != PolicyAction.Off && dmarc.HasUnclearAuthor:
                return judgement.Act(new Finding("dmarc", keyword, author, dmarc.Reason, most), PolicyReplies.UnclearAuthor);

            default:
                judgement.Note("dmarc", keyword, author, dmarc.Reason);
                return false;
        }
    }

    private static PolicyAction Wanted(DmarcPolicy asked, PolicyAction most) => asked switch
    {
        DmarcPolicy.Reject => most,
        DmarcPolicy.Quarantine => most < PolicyAction.Quarantine ? most : PolicyAction.Quarantine,
        _ => PolicyAction.Tag,
    };

    /// <summary>RFC 8617 §7.2: the last handler is one whose word is taken, and it found the message in order when it came to it.</summary>
    private static bool IsVouchedForBySealer(InboundPolicy policy, ArcResult arc) =>
        arc is { Status: AuthStatus.Pass, Sealers: [.., var last], SaysDmarcPassed: true } && policy.TrustedSealers.Contains(last, StringComparer.OrdinalIgnoreCase);
}
