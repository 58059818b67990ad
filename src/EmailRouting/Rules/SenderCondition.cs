using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>Whose mail a rule is for, by the sender of the envelope. Compares without case.</summary>
/// <remarks>
/// <c>boss@example.com</c>; <c>example.com</c> with all domains below it; <c>glob:news-*@*.example</c>; <c>&lt;&gt;</c> for the null sender, which reports come
/// from and no other condition takes. The sender of an envelope is what the client says: a condition sorts mail, it proves nothing.
/// </remarks>
public abstract record SenderCondition
{
    /// <summary>That one rule may have.</summary>
    public const int MaxConditions = 100;

    private const string GlobWord = "glob:";

    private SenderCondition(string text) => Text = text;

    /// <summary>In lower case and A-labels: two conditions are one where their texts are.</summary>
    public string Text { get; }

    /// <summary>An envelope sender that the condition takes: to try chains with.</summary>
    internal abstract EmailAddress? Example { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out SenderCondition? condition)
    {
        condition = null;
        if (text == "<>")
        {
            condition = new NullSender();
        }
        else if (text.StartsWith(GlobWord, StringComparison.OrdinalIgnoreCase))
        {
            condition = ParseGlob(text[GlobWord.Length..]);
        }
        else if (DomainName.TryParse(text, out string? domain))
        {
            condition = new InDomain(domain);
        }
        else if (EmailAddress.TryParse(text, out EmailAddress? address) && address.Domain.Length > 0
            && (text[0] == '"' || !text.Contains('*', StringComparison.Ordinal)))
        {
            // An asterisk without quotes and without glob: is a slip, though it could be an address.
            condition = new Address(address);
        }

        return condition is not null;
    }

    /// <summary>As they are stored: one a line, sorted, none twice; empty where there are none.</summary>
    public static string Store(IEnumerable<SenderCondition> conditions) =>
        string.Join('\n', conditions.Select(c => c.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>The texts of what <see cref="Store"/> has made.</summary>
    public static ImmutableArray<string> Texts(string stored) => stored.Length == 0 ? [] : [.. stored.Split('\n')];

    internal static SenderCondition[] Read(string stored) =>
        [.. Texts(stored).Select(text => TryParse(text, out SenderCondition? condition) ? condition : null).OfType<SenderCondition>()];

    /// <param name="sender">Null is the null reverse-path.</param>
    public abstract bool Holds(EmailAddress? sender);

    private static Matching? ParseGlob(string glob)
    {
        int at = glob.LastIndexOf('@');
        if (at <= 0 || glob.Length > EmailAddress.MaxLength || !FieldText.IsLine(glob) || glob.Any(char.IsWhiteSpace))
        {
            return null;
        }

        // The domain of an address is in A-labels; a wildcard cannot be put into those before its neighbours are known.
        ReadOnlySpan<char> domain = glob.AsSpan(at + 1);
        foreach (char c in domain)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '*' or '?'))
            {
                return null;
            }
        }

        return domain.IsEmpty ? null : new Matching(glob.ToLowerInvariant(), at);
    }

    private sealed record NullSender() : SenderCondition("<>")
    {
        internal override EmailAddress? Example => null;

        public override bool Holds(EmailAddress? sender) => sender is null;
    }

    private sealed record Address(EmailAddress Sender) : SenderCondition($"{Sender.Text[..Sender.Text.LastIndexOf('@')].ToLowerInvariant()}@{Sender.Domain}")
    {
        internal override EmailAddress? Example => Sender;

        public override bool Holds(EmailAddress? sender) => Sender.Equals(sender);
    }

    private sealed record InDomain(string Domain) : SenderCondition(Domain)
    {
        internal override EmailAddress? Example => EmailAddress.TryParse($"someone@{Domain}", out EmailAddress? example) ? example : null;

        public override bool Holds(EmailAddress? sender) =>
            sender is not null && sender.Domain.EndsWith(Domain, StringComparison.Ordinal)
            && (sender.Domain.Length == Domain.Length || sender.Domain[^(Domain.Length + 1)] == '.');
    }

    private sealed record Matching : SenderCondition
    {
        private readonly Glob _local;
        private readonly Glob _domain;

        public Matching(string glob, int at)
            : base($"{GlobWord}{glob}") => (_local, _domain) = (new Glob(glob[..at]), new Glob(glob[(at + 1)..]));

        internal override EmailAddress? Example =>
            EmailAddress.TryParse(Text[GlobWord.Length..].Replace('*', 'x').Replace('?', 'x'), out EmailAddress? example) ? example : null;

        public override bool Holds(EmailAddress? sender) => sender is not null && _local.IsMatch(sender.LocalPart) && _domain.IsMatch(sender.Domain);
    }
}
