using System.Buffers;

namespace EmailRouting.Mail;

/// <summary>The bytes of one message, as they came and never to be changed: in memory while small, in a spool file when not.</summary>
/// <remarks>
/// Shared by count: whoever keeps it beyond the call it was given in calls <see cref="Retain"/> and later <see cref="Dispose"/>. The last one
/// gives back what the message lay in (<see cref="MessageMemory"/>), and removes a spool file that no queue has taken over.
/// </remarks>
public sealed class MessageContent : IDisposable
{
    private readonly ReadOnlySequence<byte> _memory;
    private readonly IDisposable? _lease;
    private volatile string? _path;
    private volatile bool _fileIsKept;
    private int _holders = 1;

    private MessageContent(ContentFacts facts, ReadOnlySequence<byte> memory, string? path, bool fileIsKept, IDisposable? lease) =>
        (Facts, _memory, _path, _fileIsKept, _lease) = (facts, memory, path, fileIsKept, lease);

    public ContentFacts Facts { get; }

    public long Length => Facts.Length;

    /// <summary>The spool file; null where the bytes are in memory.</summary>
    public string? Path => _path;

    /// <param name="facts">Of exactly these bytes.</param>
    /// <param name="memory">Not to be written to again.</param>
    /// <param name="lease">Disposed when the last holder is done; null where nobody counts.</param>
    public static MessageContent InMemory(ContentFacts facts, ReadOnlySequence<byte> memory, IDisposable? lease) =>
        new(facts, memory, path: null, fileIsKept: false, lease);

    /// <summary>A message in a file of its own that is deleted with the last holder, unless <see cref="KeepFileAs"/> comes first.</summary>
    public static MessageContent InTemporaryFile(ContentFacts facts, string path) =>
        new(facts, default, path, fileIsKept: false, lease: null);

    /// <summary>A message in a file that somebody else deletes.</summary>
    public static MessageContent InFile(ContentFacts facts, string path) => new(facts, default, path, fileIsKept: true, lease: null);

    /// <summary>True, and the bytes, where they are in memory.</summary>
    /// <exception cref="ObjectDisposedException">The last holder is done: another message may lie there by now.</exception>
    public bool TryGetMemory(out ReadOnlySequence<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _holders) <= 0, this);
        bytes = _memory;
        return _path is null;
    }

    /// <summary>The bytes from the beginning, wherever they are; asynchronous for a file.</summary>
    /// <exception cref="ObjectDisposedException">The last holder is done.</exception>
    public Stream OpenRead() => !TryGetMemory(out ReadOnlySequence<byte> memory)
        ? new FileStream(_path!, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        })
        : new SequenceStream(memory);

    /// <summary>The bytes in their order, wherever they are. A block is valid until the next one is asked for.</summary>
    /// <param name="size">Of a block, in octets at most.</param>
    /// <exception cref="IOException">The file cannot be read, or is not as long as the message: what went out of it must never be ended as if it were whole.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadBlocksAsync(int size)
    {
        if (TryGetMemory(out ReadOnlySequence<byte> bytes))
        {
            foreach (ReadOnlyMemory<byte> part in bytes)
            {
                for (int start = 0; start < part.Length; start += size)
                {
                    yield return part.Slice(start, Math.Min(size, part.Length - start));
                }
            }

            yield break;
        }

        await using Stream file = OpenRead();
        byte[] block = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            long read = 0;
            for (int count; (count = await file.ReadAsync(block.AsMemory(0, size))) > 0; read += count)
            {
                yield return block.AsMemory(0, count);
            }

            if (read != Length)
            {
                throw new EndOfStreamException($"it has {read} octets of {Length}");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Moves the spool file to a place that somebody else looks after from now on. Readers that have it open are not disturbed.</summary>
    public void KeepFileAs(string path)
    {
        File.Move(_path!, path);
        _fileIsKept = true;
        _path = path;
    }

    /// <summary>Undoes <see cref="KeepFileAs"/> where the row that would have owned the file could not be stored: the last holder deletes it again.</summary>
    public void GiveFileBack() => _fileIsKept = false;

    /// <exception cref="ObjectDisposedException">The last holder is done.</exception>
    public MessageContent Retain()
    {
        ObjectDisposedException.ThrowIf(Interlocked.Increment(ref _holders) <= 1, this);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
        {
            return;
        }

        if (_path is { } path && !_fileIsKept)
        {
            File.Delete(path);
        }

        _lease?.Dispose();
    }
}
