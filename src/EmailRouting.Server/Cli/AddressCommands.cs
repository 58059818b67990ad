using System.CommandLine;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>address add|contact|list|own|remove</c>.</summary>
internal static class AddressCommands
{
    public static Command Build(CommandFrame frame) =>
        new("address", "The inboxes that rules may forward to.") { Add(frame), Contact(frame), List(frame), Own(frame), Remove(frame) };

    private static Command Add(CommandFrame frame)
    {
        Argument<string> email = Email();
        var verified = new Option<bool>("--verified") { Description = "Its owner has agreed: you vouch for it." };
        return frame.Command("add", "Adds an inbox, or verifies one.", createsDatabase: false, [email, verified], async (parsed, session, cancellation) =>
        {
            bool vouched = parsed.GetValue(verified);
            string address = parsed.GetRequiredValue(email);
            session.Report(
                await session.Rules.AddDestinationAsync(address, vouched, cancellation),
                vouched ? $"Rules can forward to {address}." : $"{address} is added; rules can forward to it once it is verified.");
        });
    }

    private static Command Contact(CommandFrame frame)
    {
        Argument<string> email = Email();
        return frame.Command("contact", "Names the inbox for postmaster mail that no domain's contact gets.", createsDatabase: false, [email], async (parsed, session, cancellation) =>
        {
            string address = parsed.GetRequiredValue(email);
            session.Report(await session.Rules.SetInstallationContactAsync(address, cancellation), $"{address} is the contact of this installation.");
        });
    }

    private static Command List(CommandFrame frame) =>
        frame.Command("list", "Lists the inboxes.", createsDatabase: false, [], async (_, session, cancellation) =>
        {
            await using RulesDb db = session.Database.CreateDbContext();
            List<Destination> rows = await db.Destinations.AsNoTracking().OrderBy(d => d.Id).ToListAsync(cancellation);
            var destinations = rows.ConvertAll(d => new { Id = d.Id.ToString("N"), d.Address, d.VerifiedAt, d.CreatedAt });
            session.Output.Write(
                destinations,
                ["ADDRESS", "VERIFIED", "ID"],
                d => [d.Address, d.VerifiedAt is { } at ? $"{at:yyyy-MM-dd}" : "no", d.Id]);
        });

    private static Command Own(CommandFrame frame)
    {
        var domain = new Argument<string?>("DOMAIN") { Description = "Such as example.org; without it the domains are listed.", Arity = ArgumentArity.ZeroOrOne };
        var remove = new Option<bool>("--remove") { Description = "It is no longer yours; what is verified stays so." };
        return frame.Command("own", "Says that the inboxes of a domain are yours: they need no mail to be verified.", createsDatabase: false, [domain, remove], async (parsed, session, cancellation) =>
        {
            bool removes = parsed.GetValue(remove);
            if (parsed.GetValue(domain) is { } name)
            {
                session.Report(
                    removes ? await session.Rules.RemoveOwnedDomainAsync(name, cancellation) : await session.Rules.AddOwnedDomainAsync(name, cancellation),
                    removes ? $"Inboxes on {name} are verified by mail from now on." : $"Inboxes on {name} are verified when they are added.");
                return;
            }

            if (removes)
            {
                throw new CommandException("Which domain? --remove needs one.", CommandLine.WrongUsage);
            }

            session.Output.Write(await session.Rules.OwnedDomainsAsync(cancellation), ["DOMAIN", "SINCE"], owned => [owned.Name, $"{owned.CreatedAt:yyyy-MM-dd}"]);
        });
    }

    private static Command Remove(CommandFrame frame)
    {
        Argument<string> email = Email();
        return frame.Command("remove", "Removes an inbox; rules left with none are disabled.", createsDatabase: false, [email], async (parsed, session, cancellation) =>
        {
            string address = parsed.GetRequiredValue(email);
            session.Report(await session.Rules.RemoveDestinationAsync(address, cancellation), $"{address} is removed; rules that had no other are disabled.");
        });
    }

    private static Argument<string> Email() => new("EMAIL") { Description = "Such as me@example.org." };
}
