using System.Buffers;

namespace EmailRouting.Mail;

/// <summary>Octets that lie in several arrays as one sequence.</summary>
public static class OctetSequence
{
    /// <summary>An array of this many octets is no large object yet (85,000): the garbage of those is collected late.</summary>
    public const int LargestSegment = 64 * 1024;

    /// <param name="parts">In their order; not to be written to again.</param>
    public static ReadOnlySequence<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        if (parts.Count <= 1)
        {
            return parts.Count == 0 ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(parts[0]);
        }

        var first = new Segment(parts[0], 0);
        Segment last = first;
        for (int i = 1; i < parts.Count; i++)
        {
            last = last.Append(parts[i]);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex) => (Memory, RunningIndex) = (memory, runningIndex);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
