using System.Buffers;

namespace EmailRouting.Reception;

/// <summary>Where the octets of a message go that is refused already: nowhere. What is written is never read.</summary>
internal sealed class DiscardWriter : IBufferWriter<byte>
{
    public static readonly DiscardWriter Instance = new();

    // Shared by all connections: everybody writes, nobody reads.
    private byte[] _scratch = new byte[64 * 1024];

    private DiscardWriter()
    {
    }

    public void Advance(int count)
    {
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        byte[] scratch = _scratch;
        return scratch.Length >= sizeHint ? scratch : _scratch = new byte[sizeHint];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
