namespace EmailRouting.MailAuth.Dmarc;

/// <summary>What SPF has to say about a message, as far as DMARC and <c>Authentication-Results</c> ask.</summary>
/// <param name="Domain">Of MAIL FROM, or of HELO for the null sender; lower-case A-labels.</param>
/// <param name="Status">For DMARC only <see cref="AuthStatus.Pass"/> and <see cref="AuthStatus.TemporaryError"/> make a difference.</param>
public sealed record SpfEvidence(string Domain, AuthStatus Status)
{
    /// <summary><c>mailfrom</c>, or <c>helo</c> where the sender is null.</summary>
    public string Identity { get; init; } = "mailfrom";
}
