namespace EmailRouting.MailAuth.Spf;

/// <summary>The answer to one <see cref="SpfQuery"/>. All its texts are printable ASCII.</summary>
/// <param name="Result">The verdict.</param>
/// <param name="Identity">Whose domain was asked.</param>
/// <param name="Domain">The domain that was asked, without its final dot.</param>
/// <param name="Mechanism">
/// The term of the domain's own record that decided, as it stands there: <c>-all</c>, <c>include:_spf.example.com</c>; after a redirect, the term of the record that was
/// redirected to; <c>default</c> where no term matched; empty where there is no verdict on the client.
/// </param>
/// <param name="Explanation">What the domain has to say to a client that fails (<c>exp=</c>, RFC 7208 §6.2). A stranger's words: never as if they were ours.</param>
/// <param name="Problem">In our words, what went wrong at <see cref="SpfResult.TempError"/> and <see cref="SpfResult.PermError"/>; else empty.</param>
public sealed record SpfOutcome(SpfResult Result, SpfIdentity Identity, string Domain, string Mechanism, string Explanation, string Problem);
