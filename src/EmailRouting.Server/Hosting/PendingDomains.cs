using EmailRouting.Diagnosis;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Hosting;

/// <summary>Looks every minute whether the DNS shows who controls the domains that wait for it.</summary>
internal sealed partial class PendingDomains(
    IDbContextFactory<RulesDb> databases, DomainProof proof, RuleBook rules, TimeProvider clock, ILogger<PendingDomains> logger) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or DbUpdateException)
            {
                Log.Failed(logger, failure.Message);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);

        // In no order that puts the same hundred first each time.
        List<Domain> pending = await db.Domains.AsNoTracking().Where(d => d.State == DomainState.Pending).OrderBy(_ => EF.Functions.Random()).Take(AtOnce).ToListAsync(cancellation);
        foreach (Domain domain in pending)
        {
            if (await proof.IsSeenAsync(domain, cancellation) && await rules.As("DNS").ActivateDomainAsync(domain.Id, cancellation) is Edit.Done)
            {
                Log.Activated(logger, domain.Name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 7301, Level = LogLevel.Information, Message = "The DNS of {Domain} shows who controls it: its mail is received from now on")]
        public static partial void Activated(ILogger logger, string domain);

        [LoggerMessage(EventId = 7302, Level = LogLevel.Error, Message = "Pending domains could not be looked at; trying again in a minute: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
