using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>What a rule for many addresses asks of a local part. Compares without case, as exact addresses do.</summary>
internal abstract class LocalPartPattern
{
    /// <summary>Of the text or the expression.</summary>
    public const int MaxLength = 200;

    private LocalPartPattern()
    {
    }

    /// <param name="kind">One of the four kinds of pattern.</param>
    /// <param name="text">What follows the word and the colon.</param>
    /// <param name="pattern">Ready to be asked.</param>
    /// <param name="problem">Why there is none, to be put after the pattern in a sentence.</param>
    public static bool TryCreate(RuleKind kind, string text, [NotNullWhen(true)] out LocalPartPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = text.Length is 0 or > MaxLength ? $"must have 1 to {MaxLength} characters between the colon and the last @"
            : !FieldText.IsLine(text) ? "must be one line without control characters"
            : kind != RuleKind.Regex && text.Any(char.IsWhiteSpace) ? "must not contain white space"
            : null;
        if (problem is not null)
        {
            return false;
        }

        switch (kind)
        {
            case RuleKind.Prefix:
                pattern = new Prefix(text);
                return true;
            case RuleKind.Suffix:
                pattern = new Suffix(text);
                return true;
            case RuleKind.Glob:
                pattern = new Wildcards(text);
                return true;
            case RuleKind.Regex:
                return TryCompile(text, out pattern, out problem);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Takes time in proportion to the length at most, whatever the pattern.</summary>
    public abstract bool IsMatch(string localPart);

    private static bool TryCompile(string text, [NotNullWhen(true)] out LocalPartPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            // On its own first: a stray parenthesis must not pair with one of ours.
            _ = Expression.Compile(text);
            pattern = new Expression(Expression.Compile($@"\A(?:{text})\z"));
            problem = null;
            return true;
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            // There is no other way to ask whether an expression is one. What would need backtracking, or an automaton of more than 10,000 nodes, is not supported.
            pattern = null;
            problem = $"is not a regular expression that can be used here: {refusal.Message}";
            return false;
        }
    }

    private sealed class Prefix(string text) : LocalPartPattern
    {
        public override bool IsMatch(string localPart) => localPart.StartsWith(text, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Suffix(string text) : LocalPartPattern
    {
        public override bool IsMatch(string localPart) => localPart.EndsWith(text, StringComparison.OrdinalIgnoreCase);
    }

    private sealed class Wildcards(string text) : LocalPartPattern
    {
        private readonly Glob _glob = new(text);

        public override bool IsMatch(string localPart) => _glob.IsMatch(localPart);
    }

    private sealed class Expression(Regex expression) : LocalPartPattern
    {
        public static Regex Compile(string text) => new(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

        public override bool IsMatch(string localPart) => expression.IsMatch(localPart);
    }
}
