using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace EmailRouting.Rules.Transfer;

/// <summary>Rules from a spreadsheet: a line of headings, then a rule a line. <c>address</c> and <c>destination</c> are enough.</summary>
internal static class CsvRules
{
    private static readonly Dictionary<string, string> Headings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["address"] = "address",
        ["alias"] = "address",
        ["rule"] = "address",
        ["destination"] = "destination",
        ["destinations"] = "destination",
        ["forward_to"] = "destination",
        ["to"] = "destination",
        ["action"] = "action",
        ["enabled"] = "enabled",
        ["active"] = "enabled",
        ["name"] = "name",
        ["priority"] = "priority",
        ["notes"] = "notes",
        ["note"] = "notes",
        ["labels"] = "labels",
        ["from"] = "from",
        ["expires_at"] = "expires_at",
        ["fallback"] = "fallback",
        ["code"] = "code",
        ["text"] = "text",
    };

    private static readonly char[] Separators = [';', ',', ' ', '\n', '\r'];

    public static TransferReading Read(string text, string? domain)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim, DetectDelimiter = true, BadDataFound = null, AllowComments = false };
        using var reader = new StringReader(text);
        using var csv = new CsvReader(reader, configuration);
        if (!csv.Read() || !csv.ReadHeader() || csv.HeaderRecord is not { } headings)
        {
            return TransferReading.Unreadable("The file is empty: its first line must be headings such as address,destination.");
        }

        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < headings.Length; i++)
        {
            if (!Headings.TryGetValue(headings[i].Trim(), out string? column) || !columns.TryAdd(column, i))
            {
                return TransferReading.Unreadable($"Line 1: the heading {FieldText.Quoted(headings[i])} is not known, or comes twice; known are {string.Join(", ", Headings.Values.Distinct())}.");
            }
        }

        if (!columns.ContainsKey("address"))
        {
            return TransferReading.Unreadable("Line 1: there is no heading address.");
        }

        var rules = new RuleGathering();
        while (csv.Read())
        {
            var row = new Row(csv, columns);
            ReadRow(rules, $"Line {csv.Parser.RawRow}", row, domain);
        }

        return rules.End();
    }

    private static void ReadRow(RuleGathering rules, string place, Row row, string? domain)
    {
        string address = row["address"];
        if (address.Length == 0)
        {
            return;
        }

        if (!address.Contains('@', StringComparison.Ordinal))
        {
            if (domain is null)
            {
                rules.Problem(place, $"{FieldText.Quoted(address)} does not say of which domain it is: name one for such lines.");
                return;
            }

            address = $"{address}@{domain}";
        }

        ImmutableArray<string> targets = [.. row["destination"].Split(Separators, StringSplitOptions.RemoveEmptyEntries)];
        string action = row["action"] is { Length: > 0 } word ? word.ToLowerInvariant() : targets.IsEmpty ? string.Empty : RuleRecord.Forward;
        if (action is not (RuleRecord.Forward or RuleRecord.Drop or RuleRecord.Reject))
        {
            rules.Problem(place, action.Length == 0 ? "There is neither a destination nor an action." : $"The action {FieldText.Quoted(action)} must be forward, drop or reject.");
            return;
        }

        if (row["enabled"].ToLowerInvariant() is not ("" or "true" or "false" or "yes" or "no" or "1" or "0" or "on" or "off"))
        {
            rules.Problem(place, $"enabled {FieldText.Quoted(row["enabled"])} must be yes or no.");
            return;
        }

        int? priority = Number(rules, place, "priority", row["priority"]), code = Number(rules, place, "code", row["code"]);
        DateTimeOffset? expires = null;
        if (row["expires_at"] is { Length: > 0 } time)
        {
            if (!DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset parsed))
            {
                rules.Problem(place, $"expires_at {FieldText.Quoted(time)} must be a time such as 2030-12-31T23:59:59Z.");
                return;
            }

            expires = parsed;
        }

        bool isReject = action == RuleRecord.Reject;
        rules.Add(place, new RuleRecord
        {
            Pattern = address,
            Action = action,
            To = action == RuleRecord.Forward ? targets : [],
            Enabled = row["enabled"].ToLowerInvariant() is not ("false" or "no" or "0" or "off"),
            Name = Optional(row["name"]),
            Priority = priority ?? 0,
            Notes = Optional(row["notes"]),
            Labels = [.. row["labels"].Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            Senders = [.. row["from"].Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries)],
            ExpiresAt = expires,
            Fallback = Optional(row["fallback"]),
            Code = isReject ? code ?? RejectReply.DefaultCode : null,
            Text = isReject ? Optional(row["text"]) ?? RejectReply.DefaultText : null,
        });
        if (row["fallback"] is { Length: > 0 } fallback)
        {
            rules.AddAddress(place, fallback, verified: null);
        }
    }

    private static int? Number(RuleGathering rules, string place, string column, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        rules.Problem(place, $"{column} {FieldText.Quoted(text)} must be a whole number.");
        return null;
    }

    private static string? Optional(string text) => text.Length == 0 ? null : text;

    /// <summary>A line by its headings; what is not there is empty.</summary>
    private readonly struct Row(CsvReader csv, Dictionary<string, int> columns)
    {
        public string this[string column] =>
            columns.TryGetValue(column, out int index) && csv.TryGetField(index, out string? text) && text is not null ? Armed(text) : string.Empty;

        /// <summary>Undoes what an export does to a text that looks like a formula.</summary>
        private static string Armed(string text) =>
            text.Length > 1 && text[0] == CsvExport.Defused && CsvExport.FormulaStarts.Contains(text[1], StringComparison.Ordinal) ? text[1..] : text;
    }
}
