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
        ReadOnlyMemory<byte>[] pieces = [.. octets.Chunk(size).Select(piece => new ReadOnlyMemory<byte>(piece))];
        return MessageContent.InMemory(Facts(octets), OctetSequence.Join(pieces), lease: null);
    }

    /// <summary>In a file that goes with the content.</summary>
    public static MessageContent InFile(byte[] octets)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(path, octets);
        return MessageContent.InTemporaryFile(Facts(octets), path);
    }

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new FormatException(text);

    private static ContentFacts Facts(byte[] octets) =>
        new(octets.Length, SHA256.HashData(octets), octets.Any(octet => octet > 127), HasEightBitHeader: false);
}
