namespace EmailRouting.Policy;

/// <summary>What one check found out about a message. All texts are fit to be shown.</summary>
/// <param name="Check"><c>list sender_domain block_list rate_limit greylist spf dkim dmarc arc rspamd</c>.</param>
/// <param name="Result">In one word; for SPF, DKIM, DMARC and ARC the one of RFC 8601 §2.7.</param>
/// <param name="Domain">Whose: the domain that was asked, the block list, the entry of a list.</param>
/// <param name="Reason">In a few words of ours; may be empty.</param>
/// <param name="Action">What came of it: <see cref="PolicyAction.Off"/> where there was nothing to act on.</param>
public sealed record Finding(string Check, string Result, string Domain, string Reason, PolicyAction Action = PolicyAction.Off);
