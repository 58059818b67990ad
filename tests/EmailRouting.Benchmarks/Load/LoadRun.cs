using System.Diagnostics;

namespace EmailRouting.Benchmarks.Load;

/// <summary>Many sessions that share the messages of one run.</summary>
internal sealed class LoadRun(SendOptions options)
{
    private int _next = -1;
    private long _start;

    public static async Task<LoadReport> RunAsync(SendOptions options)
    {
        Session[] sessions = [.. Enumerable.Range(0, options.Sessions).Select(_ => new Session(options))];
        if (options.Reuse)
        {
            await Task.WhenAll(sessions.Select(static session => session.PrepareAsync()));
        }

        DateTimeOffset begunAt = TimeProvider.System.GetUtcNow();
        TimeSpan elapsed = await new LoadRun(options).RunAsync(sessions);
        var report = new LoadReport(sessions, begunAt, elapsed);
        Array.ForEach(sessions, static session => session.Dispose());
        return report;
    }

    private async Task<TimeSpan> RunAsync(Session[] sessions)
    {
        _start = Stopwatch.GetTimestamp();
        await Task.WhenAll(sessions.Select(session => Task.Run(() => WorkAsync(session))));
        return Stopwatch.GetElapsedTime(_start);
    }

    private async Task WorkAsync(Session session)
    {
        for (int number; (number = Interlocked.Increment(ref _next)) < options.Messages && number >= 0;)
        {
            TimeSpan due = options.Rate == 0 ? Stopwatch.GetElapsedTime(_start) : TimeSpan.FromSeconds((double)number / options.Rate);
            if (due >= options.For)
            {
                return;
            }

            if (options.Rate > 0)
            {
                await WaitAsync(due);
                session.Late.Add(Stopwatch.GetElapsedTime(_start) - due);
            }

            await session.SendAsync(number);
        }
    }

    private async Task WaitAsync(TimeSpan due)
    {
        TimeSpan left;
        while ((left = due - Stopwatch.GetElapsedTime(_start)) > TimeSpan.Zero)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)));
        }
    }
}
