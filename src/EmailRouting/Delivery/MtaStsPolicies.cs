using EmailRouting.Dns;
using EmailRouting.Network;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Delivery;

/// <summary>The policies of the domains that we send to: found, kept for as long as they hold, and looked after (RFC 8461 §5.1).</summary>
/// <remarks>
/// A policy that has been seen holds until its time is over, whatever becomes of its TXT record and its file meanwhile: who can suppress both must not be able to
/// make us forget it. They are kept in memory; the first mail after a start finds them again.
/// </remarks>
internal sealed partial class MtaStsPolicies(IResolver resolver, MtaStsFetcher fetcher, TimeProvider clock, ILogger<MtaStsPolicies> logger)
{
    /// <summary>A fetch that failed is not repeated sooner.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(10);

    // §10.2: a policy is fetched again long before it ends, so that a failure then matters to nobody.
    private static readonly TimeSpan MostRefresh = TimeSpan.FromDays(1);

    private const int Many = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Held> _held = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the domain asks of us; null where it has no policy, or none that could be fetched.</summary>
    public async ValueTask<MtaStsPolicy?> ForAsync(string domain, CancellationToken cancellation)
    {
        DnsAnswer<string> answer = await resolver.TextsAsync($"_mta-sts.{domain}", cancellation);
        string? id = answer is DnsAnswer<string>.Found found ? MtaStsRecord.IdOf(found.Records) : null;
        Held held;
        Task? fetch;
        lock (_lock)
        {
            if (!_held.TryGetValue(domain, out Held? known))
            {
                if (id is null)
                {
                    return null;
                }

                Forget();
                _held.Add(domain, known = new Held());
            }

            held = known;
            DateTimeOffset now = clock.GetUtcNow();
            bool isStale = held.Id != id || held.RefreshAt <= now;
            if (id is not null && isStale && held.RetryAt <= now && held.Fetch is null)
            {
                held.Fetch = Task.Run(() => FetchAsync(domain, id, held), CancellationToken.None);
            }

            // A policy that is merely due again still holds, and nobody waits.
            fetch = held.PolicyAt(now) is null || (id is not null && held.Id != id) ? held.Fetch : null;
        }

        if (fetch is not null)
        {
            await fetch.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_lock)
        {
            return held.PolicyAt(clock.GetUtcNow());
        }
    }

    private async Task FetchAsync(string domain, string id, Held held)
    {
        (MtaStsPolicy? policy, string failure) = await fetcher.FetchAsync(domain);
        lock (_lock)
        {
            DateTimeOffset now = clock.GetUtcNow();
            held.Fetch = null;
            if (policy is null)
            {
                held.RetryAt = now + RetryAfter;
            }
            else
            {
                held.Id = id;
                held.Policy = policy;
                held.Until = now + policy.MaxAge;
                held.RefreshAt = now + (policy.MaxAge / 2 < MostRefresh ? policy.MaxAge / 2 : MostRefresh);
                held.RetryAt = now;
            }
        }

        if (policy is null)
        {
            Log.NotFetched(logger, domain, failure);
        }
        else
        {
            Log.Fetched(logger, domain, policy.Mode, policy.MaxAge);
        }
    }

    private void Forget()
    {
        if (_held.Count >= Many)
        {
            DateTimeOffset now = clock.GetUtcNow();
            foreach ((string domain, Held held) in _held)
            {
                if (held.Fetch is null && held.PolicyAt(now) is null)
                {
                    _held.Remove(domain);
                }
            }
        }
    }

    private sealed class Held
    {
        /// <summary>The announcement that <see cref="Policy"/> was fetched for.</summary>
        public string? Id { get; set; }

        public MtaStsPolicy? Policy { get; set; }

        public DateTimeOffset Until { get; set; }

        public DateTimeOffset RefreshAt { get; set; }

        public DateTimeOffset RetryAt { get; set; }

        /// <summary>Under way.</summary>
        public Task? Fetch { get; set; }

        public MtaStsPolicy? PolicyAt(DateTimeOffset now) => Until > now ? Policy : null;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 4020, Level = LogLevel.Debug, Message = "{Domain} has a policy of MTA-STS: {Mode} for {MaxAge}")]
        public static partial void Fetched(ILogger logger, string domain, MtaStsMode mode, TimeSpan maxAge);

        [LoggerMessage(EventId = 4021, Level = LogLevel.Information, Message = "{Domain} announces a policy of MTA-STS that could not be fetched: {Reason}")]
        public static partial void NotFetched(ILogger logger, string domain, string reason);
    }
}
