using System.CommandLine;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>rule add|list|remove|enable|disable|test</c>.</summary>
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
    };

    private static Command Add(CommandFrame frame)
    {
        var pattern = new Argument<string>("ADDRESS") { Description = "user@domain, or *@domain for every address that has no rule." };
        var action = new Argument<string>("ACTION") { Description = "forward, drop or reject." };
        action.AcceptOnlyFromAmong("forward", "drop", "reject");
        var targets = new Argument<string[]>("EMAIL") { Description = "Where to forward to.", Arity = ArgumentArity.ZeroOrMore };
        var code = new Option<int?>("--code") { Description = $"Of a rejection: 450 to 459 or 500 to 559; {RejectReply.DefaultCode} unless told." };
        var text = new Option<string?>("--text") { Description = "Of a rejection." };
        var name = new Option<string?>("--name") { Description = "A word for the lists." };
        var priority = new Option<int>("--priority") { Description = "The lower goes first among rules of one kind." };
        return frame.Command(
            "add",
            "Adds a rule.",
            createsDatabase: false,
            [pattern, action, targets, code, text, name, priority],
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
                    new RuleDraft(address, draft) { Name = parsed.GetValue(name), Priority = parsed.GetValue(priority) }, cancellation);
                session.Report(edit, $"The rule for {address} is in force.");
            });
    }

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
            List<Rule> rules = await db.Rules.AsNoTracking().Include(r => r.Domain).Include(r => r.Targets).ThenInclude(t => t.Destination)
                .Where(r => only == null || r.Domain!.Name == only)
                .OrderBy(r => r.Domain!.Name).ThenBy(r => r.Kind).ThenBy(r => r.LocalKey).ToListAsync(cancellation);
            session.Output.Write(
                rules.ConvertAll(RuleLine.Of),
                ["RULE", "DOES", "ENABLED", "NAME", "ID"],
                rule => [rule.Address, rule.Does, rule.Enabled ? "yes" : "no", rule.Name ?? "-", rule.Id]);
        });
    }

    private static Command Change(
        CommandFrame frame, string word, string description, Func<RuleBook, Guid, CancellationToken, Task<Edit>> change, string done)
    {
        var rule = new Argument<string>("RULE") { Description = "Its id, or the address it is for (user@domain, *@domain)." };
        return frame.Command(word, description, createsDatabase: false, [rule], async (parsed, session, cancellation) =>
        {
            string reference = parsed.GetRequiredValue(rule);
            Guid id = Guid.TryParse(reference, out Guid written) ? written : await FindAsync(session, reference, cancellation);
            session.Report(await change(session.Rules, id, cancellation), $"The rule {reference} {done}.");
        });
    }

    private static async Task<Guid> FindAsync(CommandSession session, string reference, CancellationToken cancellation)
    {
        if (!RulePattern.TryParse(reference, out RulePattern? pattern))
        {
            throw new CommandException($"'{reference}' is neither the id of a rule nor an address.", CommandLine.WrongUsage);
        }

        await using RulesDb db = session.Database.CreateDbContext();
        return await db.Rules.Where(r => r.Domain!.Name == pattern.Domain && r.Kind == pattern.Kind && r.LocalKey == pattern.LocalKey)
            .Select(r => (Guid?)r.Id).SingleOrDefaultAsync(cancellation)
            ?? throw new CommandException($"There is no rule for {pattern}.");
    }
}
