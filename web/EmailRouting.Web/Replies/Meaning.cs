namespace EmailRouting.Web.Replies;

/// <summary>What a reply means, for somebody who does not read SMTP.</summary>
/// <param name="Sentence">What has happened.</param>
/// <param name="Remedy">What to do about it; or that there is nothing to do.</param>
public sealed record Meaning(string Sentence, string Remedy);
