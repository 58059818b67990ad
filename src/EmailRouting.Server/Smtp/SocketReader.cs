using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace EmailRouting.Server.Smtp;

/// <summary>Reads a socket when it is asked to, and not before.</summary>
/// <remarks>For one reader at a time, as every <see cref="PipeReader"/>; only <see cref="CancelPendingRead"/> may come from elsewhere.</remarks>
#pragma warning disable CA1001 // A source of cancellation without a timer holds nothing that would have to be given back.
internal sealed class SocketReader(Socket socket) : PipeReader
#pragma warning restore CA1001
{
    // An idle connection holds the smaller one. The larger ones are for those who have filled it: fewer system calls for a long message.
    private const int Smallest = 4 * 1024;
    private const int Largest = 64 * 1024;

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(Smallest);
    private int _start;
    private int _end;

    // What has been given out; its end is where the reader has been told of everything.
    private ReadOnlySequence<byte> _given;
    private int _examined;
    private bool _wasFilled;
    private bool _isEnded;
    private volatile CancellationTokenSource _cancel = new();

    /// <summary>What is here already, in the socket too.</summary>
    public override bool TryRead(out ReadResult result)
    {
        try
        {
            if (!_isEnded && socket.Available > 0)
            {
                MakeRoom();
                Received(socket.Receive(_buffer.AsSpan(_end)));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }

        return TryGive(out result);
    }

    /// <exception cref="IOException">The client has reset the connection.</exception>
    /// <exception cref="ConnectionAbortedException">We have given it up.</exception>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        TryGive(out ReadResult result) ? ValueTask.FromResult(result) : ReceiveAsync(cancellationToken);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = _end - (int)_given.Slice(consumed).Length;
        _examined = _end - (int)_given.Slice(examined).Length;
    }

    public override void CancelPendingRead() => _cancel.Cancel();

    public override void Complete(Exception? exception = null)
    {
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReceiveAsync(CancellationToken cancellation)
    {
        MakeRoom();
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static self => ((SocketReader)self!).CancelPendingRead(), this);
        try
        {
            Received(await socket.ReceiveAsync(_buffer.AsMemory(_end), _cancel.Token));
        }
        catch (OperationCanceledException)
        {
            if (cancellation.IsCancellationRequested)
            {
                _cancel = new CancellationTokenSource();
                throw new OperationCanceledException(cancellation);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw Broken(e);
        }

        return Give();
    }

    private bool TryGive(out ReadResult result)
    {
        bool isReady = _examined < _end || _isEnded || _cancel.IsCancellationRequested;
        result = isReady ? Give() : default;
        return isReady;
    }

    private ReadResult Give()
    {
        bool isCanceled = _cancel.IsCancellationRequested;
        if (isCanceled)
        {
            _cancel = new CancellationTokenSource();
        }

        _given = new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
        return new ReadResult(_given, isCanceled, _isEnded);
    }

    private void Received(int count)
    {
        _isEnded = count == 0;
        _end += count;
        _wasFilled = _end == _buffer.Length;
    }

    private void MakeRoom()
    {
        int unread = _end - _start;
        bool isMoreLikely = _wasFilled && _buffer.Length < Largest;
        if (isMoreLikely || unread == _buffer.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(_buffer.Length * 4);
            _buffer.AsSpan(_start, unread).CopyTo(larger);
            _buffer = larger;
        }
        else if (_end == _buffer.Length && unread > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, unread);
        }
        else if (unread > 0)
        {
            return;
        }

        (_start, _end, _examined, _wasFilled) = (0, unread, _examined - _start, false);
    }

    private static Exception Broken(Exception e) => e is SocketException { SocketErrorCode: not SocketError.OperationAborted }
        ? new ConnectionResetException(e.Message, e)
        : new ConnectionAbortedException("The connection was given up", e);
}
