using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Access;

/// <summary>How many requests one key may make: a bucket that refills every second.</summary>
internal sealed class RequestLimit : IDisposable
{
    private readonly PartitionedRateLimiter<Guid> _limiter;

    public RequestLimit(IOptions<ApiOptions> options)
    {
        int perMinute = options.Value.RequestsPerMinute;
        _limiter = PartitionedRateLimiter.Create<Guid, Guid>(token => RateLimitPartition.GetTokenBucketLimiter(token, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));
    }

    /// <returns>How long to wait; zero where the request may go ahead.</returns>
    public TimeSpan Wait(Guid token)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(token);
        return lease.IsAcquired ? TimeSpan.Zero
            : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) && wait > TimeSpan.Zero ? wait
            : TimeSpan.FromSeconds(1);
    }

    public void Dispose() => _limiter.Dispose();
}
