using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EmailRouting.Activity;

namespace EmailRouting.Server.Api;

/// <summary>The live tail, as Server-Sent Events: <c>received</c>, <c>attempt</c>, <c>dropped</c> with how many events were lost so far, and <c>heartbeat</c>.</summary>
internal static class ActivityStream
{
    // Each holds its events and a connection.
    private const int MostStreams = 100;
    private const int Buffer = 1000;

    // Under the idle timeouts of proxies, of which the shortest in use is half a minute.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static Task<IResult> OpenAsync(
        HttpResponse response, Reach reach, ActivityFeed feed, TimeProvider clock, IHostApplicationLifetime lifetime, CancellationToken cancellation)
    {
        if (feed.Subscriptions >= MostStreams)
        {
            return Task.FromResult<IResult>(ApiErrors.NotNow($"{MostStreams} streams are open already; close one of them"));
        }

        // Proxies that gather what they pass on would keep the events back.
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers.XContentTypeOptions = "nosniff";
        return Task.FromResult<IResult>(TypedResults.ServerSentEvents(FollowAsync(feed.Subscribe(reach.Domains, Buffer), clock, lifetime.ApplicationStopping, cancellation)));
    }

    private static async IAsyncEnumerable<SseItem<string>> FollowAsync(
        ActivitySubscription subscription, TimeProvider clock, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using (subscription)
        using (stopping.UnsafeRegister(static s => ((ActivitySubscription)s!).Dispose(), subscription))
        using (cancellation.UnsafeRegister(static s => ((ActivitySubscription)s!).Dispose(), subscription))
        {
            // At once, so that a client knows that it is connected.
            yield return new SseItem<string>(string.Empty, "heartbeat");

            long told = 0;
            Task<bool> more = subscription.WaitAsync();
            while (true)
            {
                if (await Task.WhenAny(more, Task.Delay(Heartbeat, clock, cancellation)) != more)
                {
                    yield return new SseItem<string>(string.Empty, "heartbeat");
                    continue;
                }

                // Disposed of: the server stops, or the client is gone.
                if (!await more)
                {
                    yield break;
                }

                while (subscription.TryRead(out ActivityRecord? record))
                {
                    if (subscription.Dropped is var dropped && dropped > told)
                    {
                        told = dropped;
                        yield return new SseItem<string>($"{{\"count\":{dropped}}}", "dropped");
                    }

                    yield return new SseItem<string>(JsonSerializer.Serialize(ActivityEvent.Of(record), Envelope.Json), record is MessageRecord ? "received" : "attempt");
                }

                more = subscription.WaitAsync();
            }
        }
    }
}
