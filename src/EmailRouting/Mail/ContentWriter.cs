using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace EmailRouting.Mail;

/// <summary>Takes in the octets of one message: into memory at first, into a spool file once it is large or memory is short.</summary>
/// <remarks>
/// The octets are never touched again after they are written here. What fits into the first array is copied to an array of its own size; what does not lies in arrays that
/// are lent (<see cref="MessageMemory"/>): a message of some length would otherwise be most of what the garbage collector has to do.
/// </remarks>
public sealed class ContentWriter : IBufferWriter<byte>, IAsyncDisposable
{
    /// <summary>A message over this many octets goes to a file.</summary>
    public const int SpillAt = 256 * 1024;

    // Most messages fit, and the header of nearly all.
    private const int FirstArray = 16 * 1024;

    private readonly MessageMemory _memory;
    private readonly string _spool;
    private List<ReadOnlyMemory<byte>>? _full;
    private byte[] _current = [];
    private int _written;
    private long _inMemory;
    private Spill? _spill;
    private bool _isShortOfMemory;

    /// <param name="budget">Counts what is held in memory.</param>
    /// <param name="spool">Folder for files.</param>
    public ContentWriter(MemoryBudget budget, string spool) => (_memory, _spool) = (new MessageMemory(budget), spool);

    public long Length => (_spill?.Length ?? 0) + _inMemory + _written;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_current.Length - _written < Math.Max(1, sizeHint))
        {
            NextArray(sizeHint);
        }

        return _current.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count) => _written += count;

    /// <summary>To be called now and then while octets come in: moves them to the file once there is one.</summary>
    /// <exception cref="IOException">The file cannot be written, for example because the disk is full.</exception>
    public ValueTask SpillAsync(CancellationToken cancellation) =>
        _isShortOfMemory || _inMemory + _written > (_spill is null ? SpillAt : OctetSequence.LargestSegment) ? WriteOutAsync(cancellation) : ValueTask.CompletedTask;

    /// <summary>The message, once all of it is in. The writer is not used after this.</summary>
    public async ValueTask<(MessageContent Content, HeaderFacts Header)> CompleteAsync(CancellationToken cancellation)
    {
        if (_spill is not null)
        {
            await WriteOutAsync(cancellation);
            _memory.Dispose();
            (ContentFacts spilled, HeaderFacts spilledHeader) = _spill.Complete();
            MessageContent file = MessageContent.InTemporaryFile(spilled, _spill.Path);
            await _spill.DisposeAsync();
            _spill = null;
            return (file, spilledHeader);
        }

        if (_full is null && _current.Length > 0)
        {
            byte[] own = GC.AllocateUninitializedArray<byte>(_written);
            _current.AsSpan(0, _written).CopyTo(own);
            _current = own;
            _memory.Dispose();
            _memory.TryCount(_written);
        }

        ReadOnlySequence<byte> bytes = TakeMemory();
        (ContentFacts facts, HeaderFacts header) = Examine(bytes);
        return (MessageContent.InMemory(facts, bytes, _memory), header);
    }

    /// <summary>Gives everything back where the message is not wanted.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_spill is not null)
        {
            await _spill.DisposeAsync();
            File.Delete(_spill.Path);
        }

        _memory.Dispose();
    }

    private void NextArray(int sizeHint)
    {
        bool isFirst = _current.Length == 0;
        int size = Math.Max(sizeHint, isFirst ? FirstArray : Math.Min(_current.Length * 2, OctetSequence.LargestSegment));

        // Refused here means: go on in a file at the next opportunity. One read of the connection, 64 KiB at most, is in memory until then.
        _isShortOfMemory |= !_memory.TryCount(size);
        if (!isFirst)
        {
            (_full ??= []).Add(_current.AsMemory(0, _written));
            _inMemory += _written;
        }

        _current = _memory.Rent(size);
        _written = 0;
    }

    private async ValueTask WriteOutAsync(CancellationToken cancellation)
    {
        ReadOnlySequence<byte> bytes = TakeMemory();
        _spill ??= new Spill(System.IO.Path.Combine(_spool, $"{Guid.NewGuid():N}.tmp"), bytes);
        await _spill.WriteAsync(bytes, cancellation);

        // The last array is kept to be written again; the budget sees one until the message is done.
        _full?.Clear();
        _inMemory = 0;
        _written = 0;
        _memory.GiveBackAllBut(_current);
        _isShortOfMemory = !_memory.TryCount(_current.Length);
    }

    private ReadOnlySequence<byte> TakeMemory()
    {
        if (_full is null)
        {
            return new ReadOnlySequence<byte>(_current, 0, _written);
        }

        _full.Add(_current.AsMemory(0, _written));
        return OctetSequence.Join(_full);
    }

    private static (ContentFacts Facts, HeaderFacts Header) Examine(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            ReadOnlySpan<byte> message = bytes.FirstSpan;
            byte[] digest = SHA256.HashData(message);
            int header = HeaderFacts.HeaderLength(message) is >= 0 and int end ? end : message.Length;
            bool isAscii = Ascii.IsValid(message);
            return (
                new ContentFacts(message.Length, digest, !isAscii, !isAscii && !Ascii.IsValid(message[..header])),
                HeaderFacts.Read(message[..header], HeaderFacts.HashOf(message[header..]), digest));
        }

        using var examination = new Examination(bytes);
        examination.Append(bytes);
        return examination.Complete();
    }

    /// <summary>What <see cref="Examine"/> finds, for octets that come in parts.</summary>
    private sealed class Examination : IDisposable
    {
        private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly XxHash3 _body = HeaderFacts.NewHash();
        private readonly byte[] _header;
        private bool _hasEightBit;
        private long _length;

        // The header ends in the first segment as a rule; one that is longer than the first part is examined as far as that goes.
        public Examination(in ReadOnlySequence<byte> beginning)
        {
            ReadOnlySpan<byte> bytes = beginning.FirstSpan;
            int end = HeaderFacts.HeaderLength(bytes);
            if (end < 0)
            {
                bytes = beginning.ToArray();
                end = HeaderFacts.HeaderLength(bytes);
            }

            _header = (end < 0 ? bytes : bytes[..end]).ToArray();
        }

        public void Append(in ReadOnlySequence<byte> bytes)
        {
            foreach (ReadOnlyMemory<byte> part in bytes)
            {
                _whole.AppendData(part.Span);
                _body.Append(part.Span[(int)Math.Clamp(_header.Length - _length, 0, part.Length)..]);
                _hasEightBit |= !Ascii.IsValid(part.Span);
                _length += part.Length;
            }
        }

        public (ContentFacts Facts, HeaderFacts Header) Complete()
        {
            byte[] digest = _whole.GetHashAndReset();
            var facts = new ContentFacts(_length, digest, _hasEightBit, _hasEightBit && !Ascii.IsValid(_header));
            return (facts, HeaderFacts.Read(_header, _body.GetCurrentHashAsUInt64(), digest));
        }

        public void Dispose() => _whole.Dispose();
    }

    /// <summary>The file of a large message, and what is learnt of it while it is written.</summary>
    private sealed class Spill : IAsyncDisposable
    {
        private readonly FileStream _file;
        private readonly Examination _examination;

        public Spill(string path, in ReadOnlySequence<byte> beginning)
        {
            Path = path;
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous,
                BufferSize = 0,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            _file = new FileStream(path, options);
            _examination = new Examination(beginning);
        }

        public string Path { get; }

        public long Length { get; private set; }

        public async ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellation)
        {
            _examination.Append(bytes);
            foreach (ReadOnlyMemory<byte> part in bytes)
            {
                await _file.WriteAsync(part, cancellation);
            }

            Length += bytes.Length;
        }

        public (ContentFacts Facts, HeaderFacts Header) Complete() => _examination.Complete();

        public async ValueTask DisposeAsync()
        {
            _examination.Dispose();
            await _file.DisposeAsync();
        }
    }
}
