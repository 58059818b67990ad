using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using EmailRouting.Rules;
using EmailRouting.Rules.Transfer;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>export</c> and <c>import</c>.</summary>
internal static class TransferCommands
{
    // What a file may hold at most; the API takes no more either.
    private const long MaxFile = 64 * 1024 * 1024;

    public static Command Export(CommandFrame frame)
    {
        var domain = new Option<string[]>("--domain") { Description = "Only these domains; everything unless told.", AllowMultipleArgumentsPerToken = true };
        return frame.Command("export", "Prints domains, addresses and rules as one JSON document.", createsDatabase: false, [domain], async (parsed, session, cancellation) =>
        {
            List<Guid>? domains = null;
            if (parsed.GetValue(domain) is { Length: > 0 } names)
            {
                await using RulesDb db = session.Database.CreateDbContext();
                domains = [];
                foreach (string text in names)
                {
                    string? name = DomainName.TryParse(text, out string? known) ? known : null;
                    domains.Add(await db.Domains.Where(d => d.Name == name).Select(d => (Guid?)d.Id).SingleOrDefaultAsync(cancellation)
                        ?? throw new CommandException($"There is no domain '{text}'."));
                }
            }

            TransferDocument document = await new Exporter(session.Database, session.Clock).ExportAsync(domains, cancellation);
            Console.Out.WriteLine(Exporter.ToJson(document));
        });
    }

    public static Command Import(CommandFrame frame)
    {
        var file = new Argument<string>("FILE") { Description = "A file, or - for standard input." };
        var format = new Option<string>("--format") { Description = "What it is written in; found out unless told.", DefaultValueFactory = _ => "auto" };
        format.AcceptOnlyFromAmong("auto", "emailrouting", "cloudflare", "postfix", "csv");
        var domain = new Option<string?>("--domain") { Description = "For addresses in it that do not say of which domain they are." };
        var verified = new Option<bool>("--verified") { Description = "You vouch for the destinations: their owners are not asked." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would change." };
        return frame.Command(
            "import", "Brings in an export, rules of Cloudflare, a Postfix table or CSV; nothing is removed.", createsDatabase: true, [file, format, domain, verified, dryRun], async (parsed, session, cancellation) =>
        {
            string name = parsed.GetRequiredValue(file);
            TransferReading reading = TransferReader.Read(
                await ReadAsync(name, cancellation), Enum.Parse<TransferFormat>(parsed.GetRequiredValue(format), ignoreCase: true), parsed.GetValue(domain));
            if (reading.Document is null || !reading.Problems.IsEmpty)
            {
                throw Refused(name, reading.Problems);
            }

            ImportReport report = await session.Rules.ImportAsync(reading.Document, parsed.GetValue(verified), parsed.GetValue(dryRun), cancellation);
            if (!report.Problems.IsEmpty)
            {
                throw Refused(name, report.Problems);
            }

            session.Output.Write(report, ForPeople(report));
        });
    }

    private static async Task<string> ReadAsync(string name, CancellationToken cancellation)
    {
        if (name != "-" && new FileInfo(name) is { Exists: true, Length: > MaxFile } large)
        {
            throw new CommandException($"{name} has {large.Length} octets; at most {MaxFile} can be brought in at once.");
        }

        await using Stream stream = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return await reader.ReadToEndAsync(cancellation);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException($"{name} is not UTF-8 text.");
        }
    }

    private static CommandException Refused(string name, ImmutableArray<string> problems) =>
        new($"{name}: nothing is brought in. {string.Join(' ', problems.Take(10))}{(problems.Length > 10 ? $" And {problems.Length - 10} more." : string.Empty)}");

    private static string ForPeople(ImportReport report)
    {
        var lines = new List<string>();
        lines.AddRange(report.DomainsAdded.Select(domain => $"+ domain {domain}"));
        lines.AddRange(report.DestinationsAdded.Select(address => $"+ address {address}"));
        lines.AddRange(report.Changes.Select(change => change.Kind == RuleEventKind.Created
            ? $"+ rule {change.Pattern}"
            : $"~ rule {change.Pattern}: {string.Join("; ", change.Fields.Select(field => $"{field.Field} {field.Before ?? "-"} → {field.After ?? "-"}"))}"));
        if (report.RulesChanged > report.Changes.Length)
        {
            lines.Add($"  and {report.RulesChanged - report.Changes.Length} more rules");
        }

        lines.AddRange(report.Waiting.Select(waiting => $"… {waiting}"));
        lines.Add($"{(report.IsStored ? "Brought in" : "Would bring in")}: {report.DomainsAdded.Length} domains, {report.DestinationsAdded.Length} addresses, {report.RulesChanged} rules"
            + $" ({report.RulesUnchanged} are so already{(report.Waiting.Length > 0 ? $", {report.Waiting.Length} wait" : string.Empty)}).");
        return string.Join(Environment.NewLine, lines);
    }
}
