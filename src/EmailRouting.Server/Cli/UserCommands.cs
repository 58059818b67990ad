using System.CommandLine;
using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Hosting;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>user add|link|list|remove</c>.</summary>
internal static class UserCommands
{
    public static Command Build(CommandFrame frame) => new("user", "People who may sign in to the dashboard.") { Add(frame), Link(frame), List(frame), Remove(frame) };

    private static Command Add(CommandFrame frame)
    {
        Argument<string> email = Email();
        var role = new Option<PersonRole>("--role") { Description = "What they may do.", DefaultValueFactory = _ => PersonRole.Member };
        var domain = new Option<string[]>("--domain") { Description = "Of a member or viewer: the domains they see.", AllowMultipleArgumentsPerToken = true };
        return frame.Command("add", "Adds somebody, and prints the link with which they choose a password.", createsDatabase: true, [email, role, domain], async (parsed, session, cancellation) =>
        {
            List<Guid> domains = await TokenCommands.DomainsAsync(session, parsed.GetValue(domain) ?? [], cancellation);
            await using AsyncServiceScope people = Open(session);
            PeopleBook book = people.ServiceProvider.GetRequiredService<PeopleBook>();
            switch (await book.AddAsync(parsed.GetRequiredValue(email), parsed.GetValue(role), domains))
            {
                case Edit.Done done:
                    await PrintLinkAsync(session, book, done.Id, parsed.GetRequiredValue(email));
                    break;
                case Edit.Refused refused:
                    throw new CommandException(refused.Sentence);
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        });
    }

    private static Command Link(CommandFrame frame)
    {
        Argument<string> email = Email();
        return frame.Command("link", "Prints a new link with which somebody chooses a password.", createsDatabase: false, [email], async (parsed, session, cancellation) =>
        {
            await using AsyncServiceScope people = Open(session);
            PeopleBook book = people.ServiceProvider.GetRequiredService<PeopleBook>();
            await PrintLinkAsync(session, book, (await FindAsync(book, parsed.GetRequiredValue(email), cancellation)).Id, parsed.GetRequiredValue(email));
        });
    }

    private static Command List(CommandFrame frame) =>
        frame.Command("list", "Lists who may sign in.", createsDatabase: false, [], async (_, session, cancellation) =>
        {
            await using AsyncServiceScope people = Open(session);
            await using RulesDb db = session.Database.CreateDbContext();
            Dictionary<Guid, string> names = await db.Domains.ToDictionaryAsync(d => d.Id, d => d.Name, cancellation);
            var rows = (await people.ServiceProvider.GetRequiredService<PeopleBook>().ListAsync(cancellation)).ConvertAll(p => new
            {
                Id = p.Id.ToString("N"),
                p.Email,
                p.Role,
                Domains = RoleScopes.DomainIds(p.Domains).Select(id => names.GetValueOrDefault(id, "(removed)")).ToArray(),
                SecondFactor = p.TwoFactorEnabled,
                p.SignedInAt,
                p.CreatedAt,
            });
            session.Output.Write(
                rows,
                ["EMAIL", "ROLE", "DOMAINS", "SECOND FACTOR", "SIGNED IN", "ID"],
                p => [p.Email ?? "-", $"{p.Role}".ToLowerInvariant(), p.Role >= PersonRole.Admin ? "all" : string.Join(' ', p.Domains), p.SecondFactor ? "on" : "off", p.SignedInAt is { } at ? $"{at:yyyy-MM-dd}" : "never", p.Id]);
        });

    private static Command Remove(CommandFrame frame)
    {
        Argument<string> email = Email();
        return frame.Command("remove", "Removes somebody, who is signed out at once.", createsDatabase: false, [email], async (parsed, session, cancellation) =>
        {
            await using AsyncServiceScope people = Open(session);
            PeopleBook book = people.ServiceProvider.GetRequiredService<PeopleBook>();
            session.Report(await book.RemoveAsync((await FindAsync(book, parsed.GetRequiredValue(email), cancellation)).Id, cancellation), $"{parsed.GetRequiredValue(email)} is removed.");
        });
    }

    private static Argument<string> Email() => new("EMAIL") { Description = "By which they sign in." };

    private static async Task<Person> FindAsync(PeopleBook book, string email, CancellationToken cancellation) =>
        (await book.ListAsync(cancellation)).Find(p => string.Equals(p.Email, email, StringComparison.OrdinalIgnoreCase))
            ?? throw new CommandException($"There is nobody with the address '{email}'.");

    private static async Task PrintLinkAsync(CommandSession session, PeopleBook book, Guid id, string email)
    {
        Invitation invitation = await book.InviteAsync(id) ?? throw new CommandException($"There is nobody with the address '{email}'.");
        string link;
        try
        {
            link = PublicUrlSetting.Read(session.Ground.Configuration).Of(invitation.Path).AbsoluteUri;
        }
        catch (ConfigurationException failure)
        {
            throw new CommandException(failure.Message);
        }

        session.Output.Write(new { id = id.ToString("N"), email, link }, $"{email} chooses a password with this link, once, within a day:{Environment.NewLine}{link}");
    }

    /// <summary>The same keeping of people as the server's, without its host.</summary>
    private static AsyncServiceScope Open(CommandSession session)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(session.Clock);
        services.AddSingleton<IDbContextFactory<RulesDb>>(session.Database);
        services.AddInstallationKeys(session.Directory);
        services.AddPeople();
        return services.BuildServiceProvider().CreateAsyncScope();
    }
}
