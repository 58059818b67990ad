using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace EmailRouting.Benchmarks.Load;

/// <summary>One direction of a connection: chunks wait in a line, each until it is due.</summary>
internal sealed class DelayedDirection(Socket from, Socket to, TimeSpan delay)
{
    private const int ChunkSize = 64 * 1024;

    // What may be under way: far more than a round trip of loopback brings.
    private const int MostChunks = 1024;

    private readonly Channel<Chunk> _underWay = Channel.CreateBounded<Chunk>(MostChunks);

    public async Task CarryAsync()
    {
        Task passingOn = PassOnAsync();
        await TakeInAsync();
        await passingOn;
    }

    private async Task TakeInAsync()
    {
        while (true)
        {
            byte[] octets = ArrayPool<byte>.Shared.Rent(ChunkSize);
            int length = await ReceiveAsync(octets);
            await _underWay.Writer.WriteAsync(new Chunk(Stopwatch.GetTimestamp(), octets, length));
            if (length == 0)
            {
                _underWay.Writer.Complete();
                return;
            }
        }
    }

    /// <summary>A connection that broke ends like one that was closed.</summary>
    private async ValueTask<int> ReceiveAsync(byte[] octets)
    {
        try
        {
            return await from.ReceiveAsync(octets);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private async Task PassOnAsync()
    {
        bool isOpen = true;
        await foreach (Chunk chunk in _underWay.Reader.ReadAllAsync())
        {
            TimeSpan left = delay - Stopwatch.GetElapsedTime(chunk.CameAt);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left);
            }

            // Once the other side is gone the rest is taken in and dropped, until this side ends too.
            isOpen = isOpen && await SendAsync(chunk);
            ArrayPool<byte>.Shared.Return(chunk.Octets);
        }
    }

    private async ValueTask<bool> SendAsync(Chunk chunk)
    {
        try
        {
            if (chunk.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return false;
            }

            for (int sent = 0; sent < chunk.Length;)
            {
                sent += await to.SendAsync(chunk.Octets.AsMemory(sent, chunk.Length - sent));
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private readonly record struct Chunk(long CameAt, byte[] Octets, int Length);
}
