using EmailRouting.Smtp;

namespace EmailRouting.Rules.Transfer;

/// <summary>A Postfix table of virtual aliases (<c>virtual(5)</c>): an address or <c>@domain</c>, then one or more addresses.</summary>
internal static class PostfixVirtual
{
    private static readonly char[] Separators = [',', ' ', '\t'];

    public static TransferReading Read(string text, string? domain)
    {
        var rules = new RuleGathering();
        foreach ((int number, string line) in LogicalLines(text))
        {
            string place = $"Line {number}";
            string[] words = line.Split(Separators, 2, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2)
            {
                rules.Problem(place, $"{FieldText.Quoted(line)} has no destination.");
                continue;
            }

            ReadLine(rules, place, words[0], words[1].Split(Separators, StringSplitOptions.RemoveEmptyEntries), domain);
        }

        return rules.End();
    }

    private static void ReadLine(RuleGathering rules, string place, string key, string[] values, string? domain)
    {
        // A key without an @ that is a domain says that there is one; what stands behind it is looked at by nobody.
        if (!key.Contains('@', StringComparison.Ordinal) && key.Contains('.', StringComparison.Ordinal) && DomainName.TryParse(key, out string? own))
        {
            rules.AddDomain(own);
            return;
        }

        string? pattern = key.StartsWith('@') ? $"*{key}" : key.Contains('@', StringComparison.Ordinal) ? Exact(key) : domain is null ? null : $"{key}@{domain}";
        if (pattern is null)
        {
            rules.Problem(place, $"{FieldText.Quoted(key)} does not say of which domain it is: name one for such lines.");
            return;
        }

        if (Array.Find(values, value => value.StartsWith('@')) is { } rewriting)
        {
            rules.Problem(place, $"{FieldText.Quoted(rewriting)} keeps the local part and changes the domain, which a rule here cannot do: list the addresses, or name one inbox for all.");
            return;
        }

        string[] targets = Array.ConvertAll(values, value => value.Contains('@', StringComparison.Ordinal) || domain is null ? value : $"{value}@{domain}");
        if (Array.Find(targets, target => !target.Contains('@', StringComparison.Ordinal)) is { } local)
        {
            rules.Problem(place, $"{FieldText.Quoted(local)} is a local user; write the whole address of the inbox, or name a domain for such lines.");
            return;
        }

        rules.Add(place, new RuleRecord { Pattern = pattern, Action = RuleRecord.Forward, To = [.. targets.Distinct(StringComparer.OrdinalIgnoreCase)], Enabled = true });
    }

    // Postfix has addresses in this table without their quotes; our pattern wants an address.
    private static string Exact(string key) => EmailAddress.TryParse(key, out _) ? key : $"\"{key[..key.LastIndexOf('@')]}\"{key[key.LastIndexOf('@')..]}";

    /// <summary>A line that begins with white space goes on with the one before it; empty lines and comments are passed over.</summary>
    private static IEnumerable<(int Number, string Line)> LogicalLines(string text)
    {
        string? pending = null;
        int start = 0, number = 0;
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.TrimEnd();
            if (line.Length == 0 || line.TrimStart().StartsWith('#'))
            {
                continue;
            }

            if (char.IsWhiteSpace(line[0]) && pending is not null)
            {
                pending += line;
                continue;
            }

            if (pending is not null)
            {
                yield return (start, pending);
            }

            (pending, start) = (line.TrimStart(), number);
        }

        if (pending is not null)
        {
            yield return (start, pending);
        }
    }
}
