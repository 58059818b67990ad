namespace EmailRouting.Web.Account;

/// <summary>Where somebody wanted to go before he had to sign in: a page of ours, whatever the link says.</summary>
public static class LocalPath
{
    public static string Of(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("/\\", StringComparison.Ordinal) && !path.Any(char.IsControl) ? path : "/";
}
