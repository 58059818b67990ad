namespace EmailRouting.Web.Account;

/// <summary>What somebody types to sign in.</summary>
internal sealed class SignInInput
{
    public string? Email { get; set; }

    public string? Password { get; set; }

    public bool Remember { get; set; }
}
