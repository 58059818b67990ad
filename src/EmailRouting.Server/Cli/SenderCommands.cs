using System.CommandLine;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>sender allow|block|list|remove</c>: whose mail is taken or refused whatever else the policy says.</summary>
internal static class SenderCommands
{
    public static Command Build(CommandFrame frame) => new("sender", "Senders and networks that are allowed or blocked.")
    {
        Set(frame, "allow", "Refuses nothing from a sender or network on account of the policy.", isAllowed: true),
        Set(frame, "block", "Refuses everything from a sender or network.", isAllowed: false),
        List(frame),
        Remove(frame),
    };

    private static Command Set(CommandFrame frame, string word, string description, bool isAllowed)
    {
        Argument<string> entry = Entry();
        Option<string?> domain = OfDomain();
        var note = new Option<string?>("--note") { Description = "Why, in one line." };
        return frame.Command(word, description, createsDatabase: false, [entry, domain, note], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(entry);
            Guid? list = await FindAsync(parsed.GetValue(domain), session, cancellation);
            session.Report(
                await session.Rules.SetListedSenderAsync(list, text, isAllowed, parsed.GetValue(note), cancellation), $"{text} is {(isAllowed ? "allowed" : "blocked")}.");
        });
    }

    private static Command List(CommandFrame frame)
    {
        Option<string?> domain = OfDomain();
        return frame.Command("list", "Lists them.", createsDatabase: false, [domain], async (parsed, session, cancellation) =>
        {
            Guid? list = await FindAsync(parsed.GetValue(domain), session, cancellation);
            var rows = (await session.Rules.ListedSendersAsync(list, cancellation))
                .Select(l => new { Id = l.Id.ToString("N"), Entry = l.Value, Action = l.IsAllowed ? "allow" : "block", l.Note, l.CreatedAt }).ToList();
            session.Output.Write(rows, ["ENTRY", "ACTION", "NOTE"], row => [row.Entry, row.Action, row.Note ?? "-"]);
        });
    }

    private static Command Remove(CommandFrame frame)
    {
        Argument<string> entry = Entry();
        Option<string?> domain = OfDomain();
        return frame.Command("remove", "Takes an entry off the list.", createsDatabase: false, [entry, domain], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(entry);
            Guid? list = await FindAsync(parsed.GetValue(domain), session, cancellation);
            ListedSender listed = SenderEntry.TryParse(text, out ListedSenderKind kind, out string value)
                && (await session.Rules.ListedSendersAsync(list, cancellation)).FirstOrDefault(l => l.Kind == kind && l.Value == value) is { } found
                ? found
                : throw new CommandException($"There is no entry {text} on this list.");
            session.Report(await session.Rules.RemoveListedSenderAsync(list, listed.Id, cancellation), $"{text} is off the list.");
        });
    }

    private static async Task<Guid?> FindAsync(string? domain, CommandSession session, CancellationToken cancellation)
    {
        if (domain is null)
        {
            return null;
        }

        await using RulesDb db = session.Database.CreateDbContext();
        return DomainName.TryParse(domain, out string? name) && await db.Domains.AsNoTracking().SingleOrDefaultAsync(d => d.Name == name, cancellation) is { } found
            ? found.Id
            : throw new CommandException($"There is no domain {domain}.");
    }

    private static Argument<string> Entry() => new("ENTRY") { Description = "An address, a domain with all below it, or a network such as 192.0.2.0/24." };

    private static Option<string?> OfDomain() => new("--domain") { Description = "On the list of one domain; else on the one for all.", HelpName = "DOMAIN" };
}
