using EmailRouting.Rules;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RulePatternTests
{
    [Theory]
    [InlineData("User@Own.test", RuleKind.Exact, "User", "USER", "User@own.test")]
    [InlineData("\"a b\"@own.test", RuleKind.Exact, "\"a b\"", "A B", "\"a b\"@own.test")]
    [InlineData("*@bücher.test", RuleKind.CatchAll, "", "", "*@xn--bcher-kva.test")]
    [InlineData("\"*\"@own.test", RuleKind.Exact, "\"*\"", "*", "\"*\"@own.test")]
    [InlineData("prefix:Sales-@own.test", RuleKind.Prefix, "Sales-", "SALES-", "prefix:Sales-@own.test")]
    [InlineData("Suffix:-bot@own.test", RuleKind.Suffix, "-bot", "-BOT", "suffix:-bot@own.test")]
    [InlineData("glob:sales-*-?@own.test", RuleKind.Glob, "sales-*-?", "SALES-*-?", "glob:sales-*-?@own.test")]
    [InlineData(@"regex:^t\d+\D$@own.test", RuleKind.Regex, @"^t\d+\D$", @"^t\d+\D$", @"regex:^t\d+\D$@own.test")]
    [InlineData("regex:a@b@own.test", RuleKind.Regex, "a@b", "a@b", "regex:a@b@own.test")]
    public void What_is_shown_is_what_is_read(string text, RuleKind kind, string localPart, string key, string shown)
    {
        Assert.True(RulePattern.TryParse(text, out RulePattern? pattern));
        Assert.Equal(new RulePattern(kind, localPart, key, shown[(shown.LastIndexOf('@') + 1)..]), pattern);
        Assert.Equal(shown, pattern.ToString());
        Assert.True(RulePattern.TryParse(shown, out RulePattern? again));
        Assert.Equal(pattern, again);
    }

    [Theory]
    [InlineData("", "none of")]
    [InlineData("nobody", "none of")]
    [InlineData("*@", "none of")]
    [InlineData("*@localhost", "none of")]
    [InlineData("prefix:a", "must end in @ and a domain name")]
    [InlineData("prefix:a@", "must end in @ and a domain name")]
    [InlineData("prefix:@own.test", "must have 1 to 200 characters")]
    [InlineData("suffix:a b@own.test", "must not contain white space")]
    [InlineData("glob:a\u0000*@own.test", "without control characters")]
    [InlineData("prefix:\uffff@own.test", "without control characters")]
    [InlineData("regex:(@own.test", "Not enough )'s")]
    [InlineData("regex:a)|(b@own.test", "Too many )'s")]
    [InlineData(@"regex:(a)\1@own.test", "backreference")]
    [InlineData("regex:(?=a)b@own.test", "lookahead")]
    [InlineData("regex:(a{1000}){1000}@own.test", "nodes")]
    public void What_cannot_be_used_is_refused_with_its_reason(string text, string reason)
    {
        Assert.False(RulePattern.TryParse(text, out _, out string? problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.DoesNotContain(problem, char.IsControl);
    }

    [Fact]
    public void Half_a_character_is_refused()
    {
        Assert.False(RulePattern.TryParse("prefix:\ud800@own.test", out _));
        Assert.False(RulePattern.TryParse("regex:[\udc00-\udfff]@own.test", out _));
        Assert.True(RulePattern.TryParse("prefix:\ud83d\ude00@own.test", out _));
    }

    [Fact]
    public void A_pattern_of_ten_thousand_characters_is_refused_in_a_short_sentence()
    {
        foreach (string word in (string[])["prefix:", "suffix:", "glob:", "regex:", ""])
        {
            Assert.False(RulePattern.TryParse($"{word}{new string('a', 10_000)}@own.test", out _, out string? problem));
            Assert.True(problem.Length < 500, problem);
        }
    }

    [Theory]
    [InlineData("prefix:sales-@own.test", "Sales-1", true)]
    [InlineData("prefix:sales-@own.test", "presales-1", false)]
    [InlineData("suffix:-bot@own.test", "build-BOT", true)]
    [InlineData("suffix:-bot@own.test", "bot", false)]
    [InlineData("glob:*@own.test", "x", true)]
    [InlineData("glob:s?les@own.test", "sAles", true)]
    [InlineData("glob:s?les@own.test", "sles", false)]
    [InlineData("glob:a*b*c@own.test", "aXbXbXc", true)]
    [InlineData("glob:a*b*c@own.test", "aXbXbX", false)]
    [InlineData("glob:a.c@own.test", "abc", false)]
    [InlineData("glob:a[b]@own.test", "ab", false)]
    [InlineData("regex:^t[0-9]+$@own.test", "T42", true)]
    [InlineData("regex:t[0-9]@own.test", "xt4", false)]
    [InlineData("regex:t[0-9]@own.test", "t42", false)]
    [InlineData("regex:a|b@own.test", "ab", false)]
    [InlineData("regex:a|b@own.test", "B", true)]
    public void A_pattern_takes_the_whole_local_part_without_regard_to_case(string text, string localPart, bool takes)
    {
        Assert.True(RulePattern.TryParse(text, out RulePattern? pattern));
        Assert.True(LocalPartPattern.TryCreate(pattern.Kind, pattern.LocalPart, out LocalPartPattern? compiled, out _));
        Assert.Equal(takes, compiled.IsMatch(localPart));
    }

    [Fact]
    public void A_glob_agrees_with_its_plain_meaning()
    {
        string[] texts = [.. Enumerable.Range(0, 5).SelectMany(length => Strings("ab", length))];
        foreach (string glob in Enumerable.Range(1, 4).SelectMany(length => Strings("a*?", length)))
        {
            var compiled = new Glob(glob);
            Assert.All(texts, text => Assert.True(compiled.IsMatch(text) == Fits(glob, text), $"{glob} {text}"));
        }
    }

    private static bool Fits(string glob, string text) => glob switch
    {
        "" => text.Length == 0,
        ['*', .. string rest] => Fits(rest, text) || (text.Length > 0 && Fits(glob, text[1..])),
        _ => text.Length > 0 && (glob[0] == '?' || glob[0] == text[0]) && Fits(glob[1..], text[1..]),
    };

    private static IEnumerable<string> Strings(string letters, int length) =>
        length == 0 ? [""] : Strings(letters, length - 1).SelectMany(start => letters.Select(letter => start + letter));
}
