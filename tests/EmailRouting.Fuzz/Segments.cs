using System.Buffers;

namespace EmailRouting.Fuzz;

/// <summary>Bytes in two pieces, as a pipe hands them out when they came in two reads.</summary>
public static class Segments
{
    public static ReadOnlySequence<byte> Cut(byte[] bytes, int at)
    {
        var first = new Segment(bytes.AsMemory(..at), null);
        var second = new Segment(bytes.AsMemory(at..), first);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
