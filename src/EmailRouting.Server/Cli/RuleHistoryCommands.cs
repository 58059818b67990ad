using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>rule history</c> and <c>rule undo</c>: who changed what, and back.</summary>
internal static class RuleHistoryCommands
{
    private const int Page = 100;

    public static Command History(CommandFrame frame)
    {
        var domain = new Option<string?>("--domain") { Description = "Only changes of one domain." };
        var rule = new Option<string?>("--rule") { Description = "Only changes of one rule: its id, also of one that is removed, or what it is for." };
        var before = new Option<long?>("--before") { Description = "Begin before this change: the next page.", HelpName = "SEQUENCE" };
        var limit = new Option<int>("--limit") { Description = "Changes to list at most.", DefaultValueFactory = _ => Page };
        return frame.Command("history", "Lists the changes of rules, the newest first.", createsDatabase: false, [domain, rule, before, limit], async (parsed, session, cancellation) =>
        {
            int most = parsed.GetValue(limit) is > 0 and int given ? given : throw new CommandException("--limit is a number from 1 on.", CommandLine.WrongUsage);
            Guid? only = parsed.GetValue(rule) is { } reference ? await RuleCommands.FindAsync(session, reference, cancellation) : null;
            Guid? of = parsed.GetValue(domain) is { } name ? await DomainAsync(session, name, cancellation) : null;
            HistoryPage page = await session.Rules.HistoryAsync(new HistoryQuery(of, only, parsed.GetValue(before), most), cancellation);
            session.Output.Write(
                [.. page.Events.Select(Line)],
                ["SEQUENCE", "AT", "BY", "RULE", "CHANGE"],
                line => [$"{line.Sequence}", line.At.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), line.Actor, line.Pattern, Sentence(line)]);
            if (page.Next is { } next)
            {
                await Console.Error.WriteLineAsync($"There is more: --before {next}");
            }
        });
    }

    public static Command Undo(CommandFrame frame)
    {
        var sequence = new Argument<long>("SEQUENCE") { Description = "The number of the change, as rule history shows it." };
        return frame.Command("undo", "Puts a rule back to what it was before a change.", createsDatabase: false, [sequence], async (parsed, session, cancellation) =>
        {
            long number = parsed.GetValue(sequence);
            session.Report(await session.Rules.UndoAsync(number, expectedRevision: null, cancellation), $"Change {number} is undone.");
        });
    }

    private static async Task<Guid> DomainAsync(CommandSession session, string name, CancellationToken cancellation)
    {
        if (!DomainName.TryParse(name, out string? wanted))
        {
            throw new CommandException($"--domain '{name}' is not a domain name.", CommandLine.WrongUsage);
        }

        await using RulesDb db = session.Database.CreateDbContext();
        return await db.Domains.Where(d => d.Name == wanted).Select(d => (Guid?)d.Id).SingleOrDefaultAsync(cancellation)
            ?? throw new CommandException($"There is no domain {wanted}.");
    }

    private static HistoryLine Line(RuleEvent change) => new(
        change.Sequence,
        change.At,
        change.Actor,
        change.RuleId.ToString("N"),
        change.Pattern,
        change.Kind,
        FieldChange.Between(Read(change.Before), Read(change.After)));

    private static RuleRecord? Read(string? json) => json is null ? null : RuleRecord.Read(json);

    private static string Sentence(HistoryLine line) => line.Kind switch
    {
        RuleEventKind.Created => "created",
        RuleEventKind.Removed => "removed",
        _ => string.Join("; ", line.Changes.Select(change => $"{change.Field}: {change.Before ?? "-"} → {change.After ?? "-"}")),
    };

    private sealed record HistoryLine(
        long Sequence, DateTimeOffset At, string Actor, string RuleId, string Pattern, RuleEventKind Kind, ImmutableArray<FieldChange> Changes);
}
