using EmailRouting.Rules;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailRouting.Benchmarks.Rules;

/// <summary>A rules database with many rules in one domain, the worst case for a change: <c>user0@big.test</c> and on, over 1,000 inboxes.</summary>
internal sealed class FilledRules : IDbContextFactory<RulesDb>, IDisposable
{
    private const int Inboxes = 1000;
    private readonly DataDirectory _directory;
    private readonly DbContextOptions<RulesDb> _options;

    private FilledRules(DataDirectory directory)
    {
        _directory = directory;
        var options = new DbContextOptionsBuilder<RulesDb>();
        options.UseDurableSqlite(_directory.RulesDatabase);
        _options = options.Options;
        Loader = new RuleLoader(this, NullLogger<RuleSet>.Instance);
        Book = new RuleBook(this, Loader, TimeProvider.System, _ => Task.CompletedTask);
    }

    public RuleLoader Loader { get; }

    public RuleBook Book { get; }

    public static Task<FilledRules> CreateAsync(int rules) => CreateAsync(new DataDirectory(Directory.CreateTempSubdirectory("rules-bench-").FullName), rules);

    /// <param name="directory">Without rules so far.</param>
    /// <param name="rules">How many.</param>
    public static async Task<FilledRules> CreateAsync(DataDirectory directory, int rules)
    {
        var filled = new FilledRules(directory);
        await using RulesDb db = filled.CreateDbContext();
        await SqliteMigrator.MigrateAsync(db, CancellationToken.None);
        Edit added = await filled.Book.AddDomainAsync("big.test", DomainState.Live, subAddressing: true, CancellationToken.None);
        string domain = ((Edit.Done)added).Id.ToString("N");
        await db.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {Inboxes - 1})
            INSERT INTO Destinations (Id, Address, "Key", VerifiedAt, CreatedAt, ModifiedAt)
            SELECT printf('%032x', i), 'inbox' || i || '@far.example', 'INBOX' || i || '@far.example', 1, 1, 1 FROM n
            """);
        await db.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {rules - 1})
            INSERT INTO Rules (Id, DomainId, Kind, LocalPart, LocalKey, Senders, Labels, Revision, Enabled, Priority, Action, CreatedAt, ModifiedAt)
            SELECT printf('%032x', i), {domain}, 10, 'user' || i, 'USER' || i, '', '[]', 1, 1, 0, 1, 1, 1 FROM n
            """);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO RuleTargets (RuleId, Position, DomainId, DestinationId)
            SELECT Id, 0, DomainId, printf('%032x', (rowid - 1) % {Inboxes}) FROM Rules
            """);
        return filled;
    }

    /// <summary>A domain with a hundred patterns: prefixes, suffixes and globs.</summary>
    public async Task AddPatternsAsync(string domain)
    {
        await Book.AddDomainAsync(domain, DomainState.Live, subAddressing: true, CancellationToken.None);
        string[] forms = ["prefix:team{0}-", "suffix:-bot{0}", "glob:list-*-{0}", "glob:*sales*{0}"];
        await Book.ApplyAsync(
            [
                .. Enumerable.Range(0, 100).Select(i => new RuleEdit.Create(new RuleDraft(
                    $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, forms[i % forms.Length], i)}@{domain}", new DraftAction.Drop()))),
            ],
            dryRun: false,
            CancellationToken.None);
    }

    public RulesDb CreateDbContext() => new(_options);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory.Path, recursive: true);
    }
}
