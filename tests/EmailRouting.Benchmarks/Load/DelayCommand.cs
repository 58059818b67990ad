using System.Net.Sockets;

namespace EmailRouting.Benchmarks.Load;

/// <summary><c>load delay</c>: a distant host, on loopback. Runs until it is stopped.</summary>
internal static class DelayCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new CommandOptions(args, "--listen HOST:PORT", "--to HOST:PORT", "--round-trip MILLISECONDS");
        var proxy = new DelayProxy(options.EndPoint("--to"), TimeSpan.FromMilliseconds(options.Number("--round-trip", 50, 0, 60_000)));
        using Socket listener = Listening.On(options.EndPoint("--listen"));
        while (true)
        {
            _ = proxy.CarryAsync(await listener.AcceptAsync());
        }
    }
}
