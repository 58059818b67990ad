using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>Which recipients a rule is for, as people write it.</summary>
/// <remarks>
/// One text form everywhere: <c>user@domain</c>, <c>*@domain</c>, <c>prefix:sales-@domain</c>, <c>suffix:-bot@domain</c>, <c>glob:sales-*@domain</c>,
/// <c>regex:^t[0-9]+$@domain</c>. What stands before the last @ is the text or the expression. No address can be mistaken for one of the four: a colon stands in
/// a local part only between quotes.
/// </remarks>
/// <param name="Kind">One address, a kind of pattern, or the catch-all.</param>
/// <param name="LocalPart">As it was typed; empty for the catch-all.</param>
/// <param name="LocalKey">What it means, to tell two rules apart; empty for the catch-all.</param>
/// <param name="Domain">In A-labels.</param>
public sealed record RulePattern(RuleKind Kind, string LocalPart, string LocalKey, string Domain)
{
    private static readonly (RuleKind Kind, string Word)[] Words =
        [(RuleKind.Prefix, "prefix:"), (RuleKind.Suffix, "suffix:"), (RuleKind.Glob, "glob:"), (RuleKind.Regex, "regex:")];

    /// <summary>Whether rules of this kind are for many addresses by what their local parts look like.</summary>
    public static bool IsPattern(RuleKind kind) => kind is RuleKind.Prefix or RuleKind.Suffix or RuleKind.Glob or RuleKind.Regex;

    public static bool TryParse(string text, [NotNullWhen(true)] out RulePattern? pattern) => TryParse(text, out pattern, out _);

    /// <param name="text">In one of the forms above.</param>
    /// <param name="pattern">What it means.</param>
    /// <param name="problem">Otherwise what is wrong with it, as a sentence.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RulePattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = null;
        foreach ((RuleKind kind, string word) in Words)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return TryParse(kind, text, text[word.Length..], out pattern, out problem);
            }
        }

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

        problem = pattern is null
            ? $"The rule's address {FieldText.Quoted(text)} is none of name@example.com, *@example.com, prefix:TEXT@example.com, suffix:TEXT@example.com, "
                + "glob:TEXT@example.com and regex:EXPRESSION@example.com."
            : null;
        return pattern is not null;
    }

    public static string Show(RuleKind kind, string localPart, string domain) => kind switch
    {
        RuleKind.Exact => $"{localPart}@{domain}",
        RuleKind.CatchAll => $"*@{domain}",
        _ => $"{Word(kind)}{localPart}@{domain}",
    };

    public override string ToString() => Show(Kind, LocalPart, Domain);

    private static bool TryParse(RuleKind kind, string text, string rest, out RulePattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        int at = rest.LastIndexOf('@');
        if (at < 0 || !DomainName.TryParse(rest[(at + 1)..], out string? domain))
        {
            problem = $"The pattern {FieldText.Quoted(text)} must end in @ and a domain name, such as {Word(kind)}TEXT@example.com.";
            return false;
        }

        string local = rest[..at];
        if (!LocalPartPattern.TryCreate(kind, local, out _, out string? why))
        {
            problem = $"The pattern {FieldText.Quoted(text)} {why}";
            problem = problem.EndsWith('.') ? problem : $"{problem}.";
            return false;
        }

        // In an expression case has a meaning: \d is not \D.
        local = local.IsNormalized() ? local : local.Normalize(NormalizationForm.FormC);
        pattern = new RulePattern(kind, local, kind == RuleKind.Regex ? local : AddressKey.OfLocalPart(local), domain);
        problem = null;
        return true;
    }

    private static string Word(RuleKind kind)
    {
        foreach ((RuleKind known, string word) in Words)
        {
            if (known == kind)
            {
                return word;
            }
        }

        throw new UnreachableException();
    }
}
