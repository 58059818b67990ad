using System.Buffers;
using System.IO.Pipelines;

namespace EmailRouting.Reception;

/// <summary>A transport's two pipes as one stream, for SslStream to stand on.</summary>
internal sealed class DuplexPipeStream(IDuplexPipe transport) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ReadResult read = await transport.Input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> bytes = read.Buffer;
            if (!bytes.IsEmpty)
            {
                ReadOnlySequence<byte> taken = bytes.Slice(0, Math.Min(bytes.Length, buffer.Length));
                int count = (int)taken.Length;
                taken.CopyTo(buffer.Span);

                // From here on the segments belong to the pipe again: even their length may not be asked for.
                transport.Input.AdvanceTo(taken.End);
                return count;
            }

            transport.Input.AdvanceTo(bytes.End);
            if (read.IsCompleted)
            {
                return 0;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        FlushResult flush = await transport.Output.WriteAsync(buffer, cancellationToken);
        if (flush.IsCompleted)
        {
            throw new IOException("The client has closed the connection");
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only");

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
