using System.CommandLine;
using System.Globalization;
using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>token create|list|revoke</c>.</summary>
internal static class TokenCommands
{
    public static Command Build(CommandFrame frame) => new("token", "Keys to the API.") { Create(frame), List(frame), Revoke(frame) };

    private static Command Create(CommandFrame frame)
    {
        var name = new Option<string>("--name") { Description = "What it is for.", Required = true };
        var scope = new Option<string[]>("--scope") { Description = $"What it may do; everything unless told. {string.Join(", ", Scope.All)}.", AllowMultipleArgumentsPerToken = true };
        scope.AcceptOnlyFromAmong(Scope.All);
        var domain = new Option<string[]>("--domain") { Description = "The only domains it reaches; all unless told.", AllowMultipleArgumentsPerToken = true };
        var expires = new Option<string?>("--expires") { Description = "Its last day, such as 2030-12-31; never unless told." };
        return frame.Command("create", "Makes a token and prints it, this once.", createsDatabase: false, [name, scope, domain, expires], async (parsed, session, cancellation) =>
        {
            List<Guid> domains = await DomainsAsync(session, parsed.GetValue(domain) ?? [], cancellation);
            NewToken created = await session.Tokens.CreateAsync(
                parsed.GetRequiredValue(name), parsed.GetValue(scope) ?? [], domains, Expiry(parsed.GetValue(expires)), cancellation)
                ?? throw new CommandException($"There is already a token named '{parsed.GetRequiredValue(name)}'.");
            session.Output.Write(new { id = created.Id.ToString("N"), name = parsed.GetRequiredValue(name), token = created.Secret }, created.Secret);
        });
    }

    internal static async Task<List<Guid>> DomainsAsync(CommandSession session, string[] names, CancellationToken cancellation)
    {
        await using RulesDb db = session.Database.CreateDbContext();
        var ids = new List<Guid>();
        foreach (string text in names)
        {
            string? name = DomainName.TryParse(text, out string? parsed) ? parsed : null;
            Domain domain = await db.Domains.AsNoTracking().SingleOrDefaultAsync(d => d.Name == name, cancellation)
                ?? throw new CommandException($"There is no domain '{text}'.");
            ids.Add(domain.Id);
        }

        return ids;
    }

    private static DateTimeOffset? Expiry(string? day)
    {
        if (day is null)
        {
            return null;
        }

        // The day itself still counts.
        return DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly last)
            ? new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)
            : throw new CommandException($"--expires '{day}' is not a day such as 2030-12-31.", CommandLine.WrongUsage);
    }

    private static Command List(CommandFrame frame) =>
        frame.Command("list", "Lists the tokens; what they open stays secret.", createsDatabase: false, [], async (_, session, cancellation) =>
        {
            await using RulesDb db = session.Database.CreateDbContext();
            List<Token> rows = await db.Tokens.AsNoTracking().OrderBy(t => t.Id).ToListAsync(cancellation);
            Dictionary<Guid, string> names = await db.Domains.ToDictionaryAsync(d => d.Id, d => d.Name, cancellation);
            var tokens = rows.ConvertAll(t => new
            {
                Id = t.Id.ToString("N"),
                t.Name,
                Scopes = Words(t.Scopes),
                Domains = Array.ConvertAll(Words(t.Domains), id => names.GetValueOrDefault(Guid.ParseExact(id, "N"), "(removed)")),
                t.ExpiresAt,
                t.LastUsedAt,
                t.CreatedAt,
            });
            session.Output.Write(
                tokens,
                ["NAME", "SCOPES", "DOMAINS", "EXPIRES", "LAST USED", "ID"],
                t => [t.Name, t.Scopes.Length == 0 ? "everything" : string.Join(' ', t.Scopes), t.Domains.Length == 0 ? "all" : string.Join(' ', t.Domains), Day(t.ExpiresAt?.AddTicks(-1)), Day(t.LastUsedAt), t.Id]);
        });

    private static Command Revoke(CommandFrame frame)
    {
        var token = new Argument<string>("TOKEN") { Description = "Its name or id." };
        return frame.Command("revoke", "Makes a token worthless.", createsDatabase: false, [token], async (parsed, session, cancellation) =>
        {
            string reference = parsed.GetRequiredValue(token);
            Guid id = await session.Tokens.RevokeAsync(reference, cancellation) ?? throw new CommandException($"There is no token '{reference}'.");
            session.Output.Write(new { id = id.ToString("N") }, $"The token {reference} is revoked.");
        });
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Day(DateTimeOffset? instant) => instant is { } at ? $"{at:yyyy-MM-dd}" : "never";
}
