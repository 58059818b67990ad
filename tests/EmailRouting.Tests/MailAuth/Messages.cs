using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Tests.MailAuth;

/// <summary>Messages as Reception would have left them.</summary>
internal static class Messages
{
    public static MessageContent InMemory(string text) => InMemory(Encoding.UTF8.GetBytes(text));

    public static MessageContent InMemory(byte[] octets) => MessageContent.InMemory(Facts(octets), new ReadOnlySequence<byte>(octets), lease: null);

    /// <summary>In pieces of one size, as a long message lies.</summary>
    public static MessageContent InPieces(byte[] octets, int size)
    {
        Piece first = new(octets.AsMemory(0, Math.Min(size, octets.Length)), 0);
        Piece last = first;
        for (int start = last.Memory.Length; start < octets.Length; start += last.Memory.Length)
        {
            last = last.Append(octets.AsMemory(start, Math.Min(size, octets.Length - start)));
        }

        return MessageContent.InMemory(Facts(octets), new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length), lease: null);
    }

    /// <summary>In a file that goes with the content.</summary>
    public static MessageContent InFile(byte[] octets)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(path, octets);
        return MessageContent.InTemporaryFile(Facts(octets), path, lease: null);
    }

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new FormatException(text);

    private static ContentFacts Facts(byte[] octets) =>
        new(octets.Length, SHA256.HashData(octets), octets.Any(octet => octet > 127), HasEightBitHeader: false);

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
