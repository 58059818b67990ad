using System.CommandLine;
using System.Globalization;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>rule add|list|remove|enable|disable|test|history|undo</c>.</summary>
internal static class RuleCommands
{
    public static Command Build(CommandFrame frame) => new("rule", "Who gets what.")
    {
        Add(frame),
        List(frame),
        Change(frame, "remove", "Removes a rule.", (rules, id, cancellation) => rules.RemoveRuleAsync(id, cancellation), "is removed"),
        Change(frame, "enable", "Puts a rule in force.", (rules, id, cancellation) => rules.SetEnabledAsync(id, true, cancellation), "is enabled"),
        Change(
            frame,
            "disable",
            "Takes a rule out of force; its mail falls through to the base address, the catch-all, or a refusal.",
            (rules, id, cancellation) => rules.SetEnabledAsync(id, false, cancellation),
            "is disabled"),
        RuleTestCommand.Build(frame),
        RuleHistoryCommands.History(frame),
        RuleHistoryCommands.Undo(frame),
    };

    private static Command Add(CommandFrame frame)
    {
        var pattern = new Argument<string>("ADDRESS")
        {
            Description = "user@domain; *@domain for every address that has no rule; prefix:TEXT@domain, suffix:TEXT@domain, glob:TEXT@domain (* and ?), regex:EXPRESSION@domain.",
        };
        var action = new Argument<string>("ACTION") { Description = "forward, drop or reject." };
        action.AcceptOnlyFromAmong("forward", "drop", "reject");
        var targets = new Argument<string[]>("EMAIL") { Description = "Where to forward to.", Arity = ArgumentArity.ZeroOrMore };
        var code = new Option<int?>("--code") { Description = $"Of a rejection: 450 to 459 or 500 to 559; {RejectReply.DefaultCode} unless told." };
        var text = new Option<string?>("--text") { Description = "Of a rejection." };
        var name = new Option<string?>("--name") { Description = "A word for the lists." };
        var priority = new Option<int>("--priority") { Description = "The lower goes first among rules of one kind." };
        var from = new Option<string[]>("--from") { Description = "Only mail from this sender: an address, a domain with what is below it, glob:TEXT@TEXT, or <>. May be given several times.", HelpName = "SENDER" };
        var expires = new Option<string?>("--expires") { Description = "When it ends, such as 2027-01-31 or 2027-01-31T18:00Z (UTC where nothing else is said).", HelpName = "TIME" };
        var fallback = new Option<string?>("--fallback") { Description = "Who gets the mail when a destination fails for good: a verified destination.", HelpName = "EMAIL" };
        var fallbackAfter = new Option<int?>("--fallback-after") { Description = "Also when it has been unreachable for so long.", HelpName = "MINUTES" };
        var notes = new Option<string?>("--notes") { Description = "Whatever is worth remembering." };
        var label = new Option<string[]>("--label") { Description = "A word to find it by. May be given several times." };
        return frame.Command(
            "add",
            "Adds a rule.",
            createsDatabase: false,
            [pattern, action, targets, code, text, name, priority, from, expires, fallback, fallbackAfter, notes, label],
            async (parsed, session, cancellation) =>
            {
                string[] emails = parsed.GetValue(targets) ?? [];
                string word = parsed.GetRequiredValue(action);
                if (word != "forward" && emails.Length > 0)
                {
                    throw new CommandException($"{word} takes no address: {emails[0]} is one too many.", CommandLine.WrongUsage);
                }

                if (word != "reject" && (parsed.GetValue(code) is not null || parsed.GetValue(text) is not null))
                {
                    throw new CommandException($"--code and --text belong to reject, not to {word}.", CommandLine.WrongUsage);
                }

                DraftAction draft = word switch
                {
                    "forward" => new DraftAction.Forward([.. emails]),
                    "drop" => new DraftAction.Drop(),
                    _ => new DraftAction.Reject(parsed.GetValue(code) ?? RejectReply.DefaultCode, parsed.GetValue(text) ?? RejectReply.DefaultText),
                };
                string address = parsed.GetRequiredValue(pattern);
                Edit edit = await session.Rules.AddRuleAsync(
                    new RuleDraft(address, draft)
                    {
                        Name = parsed.GetValue(name),
                        Priority = parsed.GetValue(priority),
                        Senders = [.. parsed.GetValue(from) ?? []],
                        ExpiresAt = parsed.GetValue(expires) is { } time ? Time(time) : null,
                        Fallback = parsed.GetValue(fallback),
                        FallbackAfterMinutes = parsed.GetValue(fallbackAfter),
                        Notes = parsed.GetValue(notes),
                        Labels = [.. parsed.GetValue(label) ?? []],
                    },
                    cancellation);
                session.Report(edit, $"The rule for {address} is in force.");
            });
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time)
            ? time
            : throw new CommandException($"--expires '{text}' is not a time such as 2027-01-31 or 2027-01-31T18:00Z.", CommandLine.WrongUsage);

    private static Command List(CommandFrame frame)
    {
        var domain = new Option<string?>("--domain") { Description = "Only those of one domain." };
        return frame.Command("list", "Lists the rules.", createsDatabase: false, [domain], async (parsed, session, cancellation) =>
        {
            string? only = null;
            if (parsed.GetValue(domain) is { } wanted && !DomainName.TryParse(wanted, out only))
            {
                throw new CommandException($"--domain '{wanted}' is not a domain name.", CommandLine.WrongUsage);
            }

            await using RulesDb db = session.Database.CreateDbContext();
            List<Rule> rules = await db.Rules.AsNoTracking().Include(r => r.Domain).Include(r => r.Fallback).Include(r => r.Targets).ThenInclude(t => t.Destination)
                .Where(r => only == null || r.Domain!.Name == only)
                .OrderBy(r => r.Domain!.Name).ThenBy(r => r.Kind).ThenBy(r => r.LocalKey).ThenBy(r => r.Priority).ThenBy(r => r.Id).ToListAsync(cancellation);
            session.Output.Write(
                rules.ConvertAll(RuleLine.Of),
                ["RULE", "FROM", "DOES", "ENABLED", "NAME", "LABELS", "NOTES", "ID"],
                rule =>
                [
                    rule.Address,
                    rule.Senders.Length == 0 ? "anybody" : string.Join(' ', rule.Senders),
                    rule.Does,
                    rule.EnabledText(session.Clock.GetUtcNow()),
                    rule.Name ?? "-",
                    rule.Labels.Length == 0 ? "-" : string.Join(", ", rule.Labels),
                    rule.NotesText,
                    rule.Id,
                ]);
        });
    }

    private static Command Change(
        CommandFrame frame, string word, string description, Func<RuleBook, Guid, CancellationToken, Task<Edit>> change, string done)
    {
        var rule = new Argument<string>("RULE") { Description = "Its id, or what it is for (user@domain, *@domain, prefix:TEXT@domain, …)." };
        return frame.Command(word, description, createsDatabase: false, [rule], async (parsed, session, cancellation) =>
        {
            string reference = parsed.GetRequiredValue(rule);
            Guid id = await FindAsync(session, reference, cancellation);
            session.Report(await change(session.Rules, id, cancellation), $"The rule {reference} {done}.");
        });
    }

    /// <summary>The rule of this id, or for these recipients.</summary>
    public static async Task<Guid> FindAsync(CommandSession session, string reference, CancellationToken cancellation)
    {
        if (Guid.TryParse(reference, out Guid written))
        {
            return written;
        }

        if (!RulePattern.TryParse(reference, out RulePattern? pattern))
        {
            throw new CommandException($"'{reference}' is neither the id of a rule nor an address.", CommandLine.WrongUsage);
        }

        await using RulesDb db = session.Database.CreateDbContext();
        List<Guid> ids = await db.Rules.Where(r => r.Domain!.Name == pattern.Domain && r.Kind == pattern.Kind && r.LocalKey == pattern.LocalKey)
            .OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(cancellation);
        return ids switch
        {
            [] => throw new CommandException($"There is no rule for {pattern}."),
            [Guid only] => only,
            _ => throw new CommandException(
                $"There are {ids.Count} rules for {pattern}, for different senders; name one by its id: {string.Join(", ", ids.Select(id => id.ToString("N")))}."),
        };
    }
}
