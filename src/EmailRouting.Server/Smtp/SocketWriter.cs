using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace EmailRouting.Server.Smtp;

/// <summary>Gathers what is written and sends it in one piece.</summary>
#pragma warning disable CA1001 // A source of cancellation without a timer holds nothing that would have to be given back.
internal sealed class SocketWriter(Socket socket) : PipeWriter
#pragma warning restore CA1001
{
    private byte[] _buffer = new byte[512];
    private int _written;
    private volatile CancellationTokenSource _cancel = new();

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written;

    public override void Advance(int bytes) => _written += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        int needed = _written + Math.Max(1, sizeHint);
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        }

        return _buffer.AsMemory(_written);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <returns>Completed where the client is gone: whatever is written from now on reaches nobody.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static self => ((SocketWriter)self!).CancelPendingFlush(), this);
        try
        {
            for (int sent = 0; sent < _written;)
            {
                sent += await socket.SendAsync(_buffer.AsMemory(sent, _written - sent), _cancel.Token);
            }
        }
        catch (OperationCanceledException)
        {
            _cancel = new CancellationTokenSource();
            cancellationToken.ThrowIfCancellationRequested();
            return new FlushResult(isCanceled: true, isCompleted: false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
        finally
        {
            _written = 0;
        }

        return new FlushResult(isCanceled: false, isCompleted: false);
    }

    public override void CancelPendingFlush() => _cancel.Cancel();

    public override void Complete(Exception? exception = null)
    {
    }
}
