using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace EmailRouting.Rules.Transfer;

/// <summary>The rules of a document for a spreadsheet, with the headings that an import knows. Domains, contacts and what programs keep on a rule are not in it.</summary>
public static class CsvExport
{
    /// <summary>A spreadsheet would take what begins so for a formula, and run it.</summary>
    internal const string FormulaStarts = "=+-@\t\r";

    internal const char Defused = '\'';

    private static readonly string[] Headings =
        ["address", "destination", "action", "enabled", "name", "priority", "notes", "labels", "from", "expires_at", "fallback", "code", "text"];

    public static string ToCsv(TransferDocument document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" }))
        {
            WriteRow(csv, Headings);
            foreach (RuleRecord rule in document.Zones.SelectMany(zone => zone.Rules))
            {
                WriteRow(csv, Fields(rule));
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string?> Fields(RuleRecord rule) =>
    [
        rule.Pattern,
        string.Join(' ', rule.To),
        rule.Action,
        rule.Enabled ? "yes" : "no",
        rule.Name,
        rule.Priority.ToString(CultureInfo.InvariantCulture),
        rule.Notes,
        string.Join("; ", rule.Labels),
        string.Join(' ', rule.Senders),
        rule.ExpiresAt?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        rule.Fallback,
        rule.Code?.ToString(CultureInfo.InvariantCulture),
        rule.Text,
    ];

    private static void WriteRow(CsvWriter csv, IEnumerable<string?> fields)
    {
        foreach (string? field in fields)
        {
            csv.WriteField(field is { Length: > 0 } && FormulaStarts.Contains(field[0], StringComparison.Ordinal) ? $"{Defused}{field}" : field);
        }

        csv.NextRecord();
    }
}
