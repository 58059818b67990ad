namespace EmailRouting.Policy;

/// <param name="Action">What rspamd would do: <c>no action</c>, <c>greylist</c>, <c>add header</c>, <c>rewrite subject</c>, <c>soft reject</c>, <c>reject</c>.</param>
/// <param name="Score">As a number in text.</param>
internal sealed record RspamdAnswer(string Action, string Score);
