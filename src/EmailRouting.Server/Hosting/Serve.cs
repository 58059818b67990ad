using EmailRouting.Access;
using EmailRouting.Activity;
using EmailRouting.Custody;
using EmailRouting.Delivery;
using EmailRouting.Dns;
using EmailRouting.MailAuth.Profiles;
using EmailRouting.Policy;
using EmailRouting.Queue;
using EmailRouting.Returns;
using EmailRouting.Rules;
using EmailRouting.Server.Api;
using EmailRouting.Server.Inbox;
using EmailRouting.Server.Manual;
using EmailRouting.Server.Smtp;
using EmailRouting.Server.Verification;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using EmailRouting.Web.Account;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Prometheus;

namespace EmailRouting.Server.Hosting;

/// <summary>The server: from the command line to the last reply.</summary>
internal static class Serve
{
    // The operator's contract: gone within 8 seconds of SIGTERM.
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(7.5);

    /// <returns>Exit code: 0 after an orderly stop, 1 when it could not start, with one line of reason on standard error.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        LetSocketsContinueInPlace();
        try
        {
            WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
            {
                Args = args,

                // Our own appsettings.json lies beside the program, wherever that is started from.
                ContentRootPath = AppContext.BaseDirectory,
            });
            var data = new DataDirectory(builder.Configuration["Data:Directory"] is { Length: > 0 } path ? path : "data");
            bool isFirstRun = !data.HasDatabase;
            data.Create();
            using DataDirectoryLock held = DataDirectoryLock.TryTake(data)
                ?? throw new ConfigurationException($"Data:Directory: {data.Path} is in use by another server; stop it or choose another folder");

            Configure(builder, data);
            await using WebApplication app = builder.Build();
            Map(app);

            await PrepareAsync(app.Services);
            if (isFirstRun && app.Services.GetService<InboxEndpoint>() is not null)
            {
                await FirstRun.FillAsync(app.Services.GetRequiredService<RuleBook>(), CancellationToken.None);
            }

            await OpenSetUpAsync(app.Services);
            await app.StartAsync();
            Banner.Print(app.Services);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (StartFailure.Explain(e) is { } reason)
        {
            await Console.Error.WriteLineAsync(reason);
            return 1;
        }
    }

    /// <summary>
    /// What waits for a socket goes on in the thread that hears of it: a tenth of the work for a small message was to hand it to another. .NET takes this from the
    /// environment alone, once, at the first socket. Nothing that waits there blocks: conversations do not (<see cref="SmtpTransport"/>), and Kestrel hands HTTP on by itself.
    /// </summary>
    private static void LetSocketsContinueInPlace()
    {
        const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        Environment.SetEnvironmentVariable(Variable, Environment.GetEnvironmentVariable(Variable) ?? "1");
    }

    internal static void Configure(WebApplicationBuilder builder, DataDirectory data)
    {
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopWithin);
        builder.Services.RemoveAll<ILoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider, ConsoleLog>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton<PrometheusMeters>();
        builder.Services.AddSqliteStorage(data);

        builder.AddLocalInbox();
        builder.Services.AddPages();

        builder.Services.AddRules();
        builder.Services.AddActivity(builder.Configuration);
        builder.Services.AddDns(builder.Configuration);
        builder.Services.AddDelivery(builder.Configuration);
        builder.Services.AddQueue(builder.Configuration);
        builder.Services.AddPolicy(builder.Configuration);
        builder.Services.AddProfiles();
        builder.Services.AddReturns();
        builder.Services.AddCustody();
        builder.AddSmtp();
        builder.AddTrustedProxies();
        builder.AddVerification(data);
        builder.AddApi();
        builder.AddDashboard();
        builder.Services.AddManual();
    }

    internal static void Map(WebApplication app)
    {
        // First of all: what follows is told who the client is.
        app.UseForwardedHeaders();
        app.MapDashboard();
        app.MapHealth();
        app.MapMtaSts();
        app.MapPages();
        app.MapVerification();
        app.MapManual();
        app.MapApi();

        app.MapMetrics(registry: app.Services.GetRequiredService<PrometheusMeters>().Registry);
    }

    /// <summary>As long as nobody can sign in, whoever reads the console can make himself the owner.</summary>
    private static async Task OpenSetUpAsync(IServiceProvider services)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        if (!await scope.ServiceProvider.GetRequiredService<PeopleBook>().AnyAsync(CancellationToken.None))
        {
            services.GetRequiredService<SetUpCode>().Open();
        }
    }

    /// <summary>All that must be there before anything listens: databases of this version, the rules in memory, the ledger.</summary>
    private static async Task PrepareAsync(IServiceProvider services)
    {
        await using (RulesDb rules = await services.GetRequiredService<IDbContextFactory<RulesDb>>().CreateDbContextAsync())
        await using (QueueDb queue = await services.GetRequiredService<IDbContextFactory<QueueDb>>().CreateDbContextAsync())
        await using (ActivityDb activity = await services.GetRequiredService<IDbContextFactory<ActivityDb>>().CreateDbContextAsync())
        {
            foreach (DbContext db in (DbContext[])[rules, queue, activity])
            {
                await SqliteMigrator.MigrateAsync(db, CancellationToken.None);
            }
        }

        // What is counted before somebody first looks would not be counted at all: the first look is ours.
        await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(Stream.Null);
        services.GetRequiredService<IStartupValidator>().Validate();
        await services.GetRequiredService<RuleReloader>().LoadAsync(CancellationToken.None);
        await services.GetRequiredService<Ledger>().LoadAsync(CancellationToken.None);
        await services.GetRequiredService<Account>().LoadAsync(
            services.GetRequiredService<IDbContextFactory<RulesDb>>(), services.GetRequiredService<TimeProvider>(), CancellationToken.None);
    }
}
