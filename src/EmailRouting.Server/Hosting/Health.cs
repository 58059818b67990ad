using EmailRouting.Queue;
using EmailRouting.Rules;

namespace EmailRouting.Server.Hosting;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it would take a message now, and says what keeps it from that.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz", () => TypedResults.Text("ok\n"));
        app.MapGet("/readyz", async (RuleSnapshot rules, IQueueStore queue, IHostApplicationLifetime lifetime, CancellationToken cancellation) =>
        {
            List<string> missing = [];
            if (!lifetime.ApplicationStarted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                missing.Add("not listening");
            }

            if (rules.Current is null)
            {
                missing.Add("the rules are not loaded");
            }

            try
            {
                // An empty change goes through the writer and its commit like any other.
                await queue.RenewAsync([], DateTimeOffset.UnixEpoch, cancellation);
            }
            catch (QueueUnavailableException e)
            {
                missing.Add(e.Message);
            }

            return missing.Count == 0
                ? Results.Text("ready\n")
                : Results.Text(string.Join('\n', missing) + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        });
    }
}
