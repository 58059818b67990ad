using System.Collections.Immutable;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;

namespace EmailRouting.MailAuth;

/// <summary>Everything that was found out about who a message is from: what a policy decides on, and what <c>Authentication-Results</c> says.</summary>
/// <param name="Spf">Null where it was not asked.</param>
/// <param name="Dkim">One for each signature, from the top; empty for an unsigned message.</param>
/// <param name="Dmarc">Whether the domain in From stands behind the message.</param>
/// <param name="Arc">Whether the chain of earlier handlers holds.</param>
public sealed record AuthenticationResult(SpfEvidence? Spf, ImmutableArray<DkimResult> Dkim, DmarcResult Dmarc, ArcResult Arc);
