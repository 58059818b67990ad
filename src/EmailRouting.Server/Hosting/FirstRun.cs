using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Server.Hosting;

/// <summary>Fills an empty data directory for a newcomer: one domain, one inbox, one rule. Development only, and once.</summary>
internal static class FirstRun
{
    public const string Alias = "hello@example.test";
    private const string Domain = "example.test";
    private const string Inbox = "you@inbox.test";

    public static async Task FillAsync(RuleBook rules, CancellationToken cancellation)
    {
        Require(await rules.AddDomainAsync(Domain, DomainState.Live, subAddressing: true, cancellation));
        Require(await rules.AddDestinationAsync(Inbox, verified: true, cancellation));
        Require(await rules.AddRuleAsync(new RuleDraft(Alias, new DraftAction.Forward([Inbox])), cancellation));
    }

    private static void Require(Edit edit)
    {
        if (edit is Edit.Refused refused)
        {
            throw new InvalidOperationException(refused.Sentence);
        }
    }
}
