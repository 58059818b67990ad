using System.CommandLine;
using System.Globalization;
using EmailRouting.Server.Access;
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
        var scope = new Option<string[]>("--scope") { Description = "What it may do; everything unless told.", AllowMultipleArgumentsPerToken = true };
        var expires = new Option<string?>("--expires") { Description = "Its last day, such as 2030-12-31; never unless told." };
        return frame.Command("create", "Makes a token and prints it, this once.", createsDatabase: false, [name, scope, expires], async (parsed, session, cancellation) =>
        {
            NewToken created = await session.Tokens.CreateAsync(
                parsed.GetRequiredValue(name), parsed.GetValue(scope) ?? [], Expiry(parsed.GetValue(expires)), cancellation)
                ?? throw new CommandException($"There is already a token named '{parsed.GetRequiredValue(name)}'.");
            session.Output.Write(new { id = created.Id.ToString("N"), name = parsed.GetRequiredValue(name), token = created.Secret }, created.Secret);
        });
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
            var tokens = rows.ConvertAll(t => new
            {
                Id = t.Id.ToString("N"),
                t.Name,
                Scopes = t.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                t.ExpiresAt,
                t.LastUsedAt,
                t.CreatedAt,
            });
            session.Output.Write(
                tokens,
                ["NAME", "SCOPES", "EXPIRES", "LAST USED", "ID"],
                t => [t.Name, t.Scopes.Length == 0 ? "everything" : string.Join(' ', t.Scopes), Day(t.ExpiresAt), Day(t.LastUsedAt), t.Id]);
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

    private static string Day(DateTimeOffset? instant) => instant is { } at ? $"{at:yyyy-MM-dd}" : "never";
}
