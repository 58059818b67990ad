using System.Text.Json;

namespace EmailRouting.Rules.Transfer;

/// <summary>Reads a file of any of the formats. Total: what cannot be read is a problem in words.</summary>
public static class TransferReader
{
    /// <param name="text">The whole file.</param>
    /// <param name="format">Or <see cref="TransferFormat.Auto"/>.</param>
    /// <param name="domain">For addresses and rules that do not say of which domain they are; null: that is a problem.</param>
    public static TransferReading Read(string text, TransferFormat format, string? domain)
    {
        if (domain is not null && !DomainName.TryParse(domain, out domain))
        {
            return TransferReading.Unreadable($"The domain {FieldText.Quoted(domain ?? string.Empty)} is not a domain name.");
        }

        text = text.TrimStart('\uFEFF');
        return (format == TransferFormat.Auto ? Guess(text) : format) switch
        {
            TransferFormat.EmailRouting => ReadOwn(text),
            TransferFormat.Cloudflare => CloudflareRules.Read(text, domain),
            TransferFormat.Postfix => PostfixVirtual.Read(text, domain),
            _ => CsvRules.Read(text, domain),
        };
    }

    private static TransferFormat Guess(string text)
    {
        string start = text.TrimStart();
        if (start.StartsWith('{') || start.StartsWith('['))
        {
            return start.Contains($"\"{TransferDocument.OwnFormat}\"", StringComparison.Ordinal) && start.Contains("\"format\"", StringComparison.Ordinal)
                ? TransferFormat.EmailRouting
                : TransferFormat.Cloudflare;
        }

        string first = start.Split('\n', 2)[0];
        return first.Contains(',', StringComparison.Ordinal) && !first.Contains('@', StringComparison.Ordinal) && !first.StartsWith('#') ? TransferFormat.Csv : TransferFormat.Postfix;
    }

    private static TransferReading ReadOwn(string text)
    {
        try
        {
            TransferDocument? document = JsonSerializer.Deserialize(text, TransferJson.Default.TransferDocument);
            return document switch
            {
                null => TransferReading.Unreadable("The file holds nothing."),
                { Format: not TransferDocument.OwnFormat } => TransferReading.Unreadable($"The format {FieldText.Quoted(document.Format)} is not {TransferDocument.OwnFormat}."),
                { Version: > TransferDocument.CurrentVersion } => TransferReading.Unreadable(
                    $"The file is of version {document.Version}; this program reads up to {TransferDocument.CurrentVersion}. Update it first."),
                _ => new TransferReading(
                    document with
                    {
                        // A list that is written as null is read as no list at all.
                        OwnedDomains = document.OwnedDomains.IsDefault ? [] : document.OwnedDomains,
                        Addresses = document.Addresses.IsDefault ? [] : document.Addresses,
                        Zones = document.Zones.IsDefault ? [] : [.. document.Zones.Select(zone => zone.Rules.IsDefault ? zone with { Rules = [] } : zone)],
                    },
                    []),
            };
        }
        catch (JsonException e)
        {
            return TransferReading.Unreadable($"Line {e.LineNumber + 1}: this is not what an export looks like ({e.Path ?? "no JSON"}).");
        }
    }
}
