using System.Collections.Immutable;
using EmailRouting.MailAuth;
using EmailRouting.Smtp;

namespace EmailRouting.Policy;

/// <summary>What the checks of one message have come to so far.</summary>
/// <param name="policy">Of the domain; an entry that allows the sender makes it milder.</param>
/// <param name="metrics">Told of everything that is found fault with.</param>
internal sealed class Judgement(InboundPolicy policy, PolicyMetrics metrics)
{
    private readonly ImmutableArray<Finding>.Builder _findings = ImmutableArray.CreateBuilder<Finding>();
    private SmtpReply? _refusal;
    private string? _holdReason;

    public InboundPolicy Policy { get; private set; } = policy;

    public AuthenticationResult? Authentication { get; set; }

    public bool LooksForged { get; set; }

    public PolicyVerdict Verdict => new(_refusal, _refusal is null ? _holdReason : null, _findings.DrainToImmutable(), Authentication) { LooksForged = LooksForged };

    /// <summary>From here on nothing refuses, holds or puts off; what is found is written down all the same.</summary>
    public void Trust() => Policy = Policy.AtMost(PolicyAction.Tag) with { AddressRate = null, NetworkRate = null };

    /// <summary>Writes down what there is nothing to act on.</summary>
    public void Note(string check, string result, string domain, string reason) => _findings.Add(new Finding(check, result, domain, reason));

    /// <summary>Writes down what a check finds fault with, and does what the policy says.</summary>
    /// <param name="finding">With the action.</param>
    /// <param name="refusal">Where that is to reject.</param>
    /// <returns>True where the message is refused: no other check is needed.</returns>
    public bool Act(Finding finding, SmtpReply refusal)
    {
        _findings.Add(finding);
        metrics.Found(finding.Check, finding.Action);
        switch (finding.Action)
        {
            case PolicyAction.Quarantine:
                _holdReason ??= refusal.Text;
                return false;

            case PolicyAction.Reject:
                _refusal = refusal;
                return true;

            default:
                return false;
        }
    }
}
