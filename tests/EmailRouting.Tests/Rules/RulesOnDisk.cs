using System.Data.Common;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailRouting.Tests.Rules;

/// <summary>A rules database in a folder of its own, edited through the real book and read by the real loader.</summary>
internal sealed class RulesOnDisk : IDbContextFactory<RulesDb>, IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly DbContextOptions<RulesDb> _options;
    private readonly Interruption _interruption = new();

    private RulesOnDisk(string path, TimeProvider clock)
    {
        Clock = clock;
        Directory = new DataDirectory(path);
        var options = new DbContextOptionsBuilder<RulesDb>();
        options.UseDurableSqlite(Directory.RulesDatabase).AddInterceptors(_interruption);
        _options = options.Options;
        Loader = new RuleLoader(this, NullLogger<RuleSet>.Instance);
        Book = new RuleBook(this, Loader, clock, _ => Task.CompletedTask);
    }

    public TimeProvider Clock { get; }

    public DataDirectory Directory { get; }

    public RuleLoader Loader { get; }

    public RuleBook Book { get; }

    public static Task<RulesOnDisk> CreateAsync() => CreateAsync(TimeProvider.System);

    public static async Task<RulesOnDisk> CreateAsync(TimeProvider clock)
    {
        RulesOnDisk rules = Empty(clock);
        await using RulesDb db = rules.CreateDbContext();
        await SqliteMigrator.MigrateAsync(db, CancellationToken.None);
        return rules;
    }

    /// <summary>A folder without a database.</summary>
    public static RulesOnDisk Empty(TimeProvider clock) => new(System.IO.Directory.CreateTempSubdirectory("rules-").FullName, clock);

    public static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new ArgumentException($"{text} is no address");

    public static DraftAction To(params string[] addresses) => new DraftAction.Forward([.. addresses]);

    public RulesDb CreateDbContext() => new(_options);

    /// <summary>The same folder as another process sees it: contexts, book and connections of its own.</summary>
    public RulesOnDisk Again() => new(Directory.Path, Clock);

    public RuleReloader Reloader(RuleSnapshot snapshot) =>
        new(Loader, snapshot, new RulesMetrics(_services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), snapshot), TimeProvider.System, NullLogger<RuleReloader>.Instance);

    public async Task<Guid> DomainAsync(string name, bool subAddressing = false, DomainState state = DomainState.Live) =>
        Done(await Book.AddDomainAsync(name, state, subAddressing, CancellationToken.None));

    public async Task<Guid> InboxAsync(string address, bool verified = true) => Done(await Book.AddDestinationAsync(address, verified, CancellationToken.None));

    public async Task<Guid> RuleAsync(string pattern, DraftAction action) =>
        Done(await Book.AddRuleAsync(new RuleDraft(pattern, action), CancellationToken.None));

    public async Task<Guid> RuleAsync(RuleDraft draft) => Done(await Book.AddRuleAsync(draft, CancellationToken.None));

    /// <param name="recipient">Of mail that comes now.</param>
    /// <param name="sender">Null is the null reverse-path.</param>
    public async Task<string> ReplyAsync(string recipient, string? sender = "stranger@sender.example")
    {
        RuleSet rules = await Loader.LoadAllAsync(CancellationToken.None);
        return Show(rules.Resolve(Address(recipient), sender is null ? null : Address(sender), Clock.GetUtcNow()));
    }

    /// <summary>A decision in a line, so that a table can hold it.</summary>
    public static string Show(RecipientDecision decision) => decision switch
    {
        RecipientDecision.Forward forward => $"forward {string.Join(' ', forward.Destinations)}",
        RecipientDecision.Drop => "drop",
        RecipientDecision.Refuse refuse => $"{refuse.Reply.Code} {refuse.Reply.Status}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Something that happens once, just before the next query of this kind.</summary>
    /// <param name="query">A part of its text.</param>
    /// <param name="happening">Its own queries are not interrupted.</param>
    public void BeforeReading(string query, Func<Task> happening) => _interruption.Next = (query, happening);

    public static Edit.Refused Refused(Edit edit) => edit as Edit.Refused ?? throw new InvalidOperationException(edit.ToString());

    public static Guid Done(Edit edit) => edit is Edit.Done done ? done.Id : throw new InvalidOperationException(edit.ToString());

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        if (System.IO.Directory.Exists(Directory.Path))
        {
            System.IO.Directory.Delete(Directory.Path, recursive: true);
        }
    }

    private sealed class Interruption : DbCommandInterceptor
    {
        public (string Query, Func<Task> Happening)? Next { get; set; }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData data, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (Next is { } next && command.CommandText.Contains(next.Query, StringComparison.Ordinal))
            {
                Next = null;
                await next.Happening();
            }

            return result;
        }
    }
}
