namespace EmailRouting.Benchmarks.Load;

/// <summary><c>load send</c>: many clients at once, and how long they waited.</summary>
internal static class SendCommand
{
    private const int WarmMessages = 4_000;
    private const int WarmOctets = 64 * 1024 * 1024;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = SendOptions.Parse(args);
        await WarmUpAsync(options);
        LoadReport report = await LoadRun.RunAsync(options);
        Console.WriteLine(report);
        if (report.Complaint() is { } complaint)
        {
            await Console.Error.WriteLineAsync(complaint);
            return 1;
        }

        return 0;
    }

    /// <summary>The just-in-time compiler works before the clock runs: on a sink of our own, so that what is measured sees nothing of it.</summary>
    private static async Task WarmUpAsync(SendOptions options)
    {
        await using var sink = Sink.Start(new SinkOptions { Listen = new(System.Net.IPAddress.Loopback, 0), Tls = options.StartTls });
        LoadReport report = await LoadRun.RunAsync(options with
        {
            To = sink.EndPoint,
            Sessions = Math.Min(options.Sessions, 20),
            Messages = Math.Clamp(WarmOctets / options.Size, 1, options.Reuse ? WarmMessages : WarmMessages / 4),
            For = null,
            Rate = 0,
        });
        if (report.Complaint() is { } complaint)
        {
            throw new InvalidOperationException($"On the generator's own sink {complaint}");
        }
    }
}
