using System.Globalization;
using System.Text;

namespace EmailRouting.Benchmarks.Load;

/// <summary><c>load sink</c>: runs until it is stopped.</summary>
internal static class SinkCommand
{
    private static readonly TimeSpan OnConsole = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan InFile = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = SinkOptions.Parse(args);
        await using var sink = Sink.Start(options);
        using FileStream? file = options.CountFile is { } path ? Create(path) : null;
        using var timer = new PeriodicTimer(file is null ? OnConsole : InFile);
        long shown = -1;
        do
        {
            long count = sink.Count;
            if (file is null)
            {
                Console.Write(string.Create(CultureInfo.InvariantCulture, $"\r{count} messages"));
            }
            else if (count != shown)
            {
                // Of one length, so that who reads it meanwhile never sees half a number.
                string line = string.Create(CultureInfo.InvariantCulture, $"{count:D12} {sink.LastAt / 1000.0:F3}\n");
                RandomAccess.Write(file.SafeFileHandle, Encoding.ASCII.GetBytes(line), 0);
                shown = count;
            }
        }
        while (await timer.WaitForNextTickAsync());

        return 0;
    }

    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--count-file is '{path}': {e.Message}; allowed: a file that can be written");
        }
    }
}
