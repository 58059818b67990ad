using System.Diagnostics.CodeAnalysis;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>Which recipients a rule is for, as people write it.</summary>
/// <param name="Kind">One address, or the catch-all.</param>
/// <param name="LocalPart">As it was typed; empty for the catch-all.</param>
/// <param name="LocalKey">What it means; empty for the catch-all.</param>
/// <param name="Domain">In A-labels.</param>
public sealed record RulePattern(RuleKind Kind, string LocalPart, string LocalKey, string Domain)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out RulePattern? pattern)
    {
        pattern = null;
        if (text.StartsWith("*@", StringComparison.Ordinal))
        {
            // An address whose local part is an asterisk can still have a rule: it is written "*"@domain.
            pattern = DomainName.TryParse(text[2..], out string? domain) ? new RulePattern(RuleKind.CatchAll, string.Empty, string.Empty, domain) : null;
        }
        else if (EmailAddress.TryParse(text, out EmailAddress? address) && address.Domain.Length > 0)
        {
            string localPart = address.Text[..address.Text.LastIndexOf('@')];
            pattern = new RulePattern(RuleKind.Exact, localPart, AddressKey.OfLocalPart(address.LocalPart), address.Domain);
        }

        return pattern is not null;
    }

    public static string Show(RuleKind kind, string localPart, string domain) => kind == RuleKind.CatchAll ? $"*@{domain}" : $"{localPart}@{domain}";

    public override string ToString() => Show(Kind, LocalPart, Domain);
}
