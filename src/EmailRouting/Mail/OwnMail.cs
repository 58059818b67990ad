using System.Buffers;
using System.Security.Cryptography;
using MimeKit;

namespace EmailRouting.Mail;

/// <summary>The bytes of a message that we write ourselves. Nothing that is forwarded ever comes by here.</summary>
public static class OwnMail
{
    /// <param name="message">Its header ASCII: nobody is asked for SMTPUTF8 on account of it.</param>
    public static MessageContent Write(MimeMessage message)
    {
        FormatOptions format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var stream = new MemoryStream();
        message.WriteTo(format, stream);
        return Of(stream.ToArray());
    }

    /// <param name="bytes">A whole message, its header ASCII and its lines ended with CR LF.</param>
    public static MessageContent Of(byte[] bytes)
    {
        var facts = new ContentFacts(bytes.Length, SHA256.HashData(bytes), bytes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)127), HasEightBitHeader: false);
        return MessageContent.InMemory(facts, new ReadOnlySequence<byte>(bytes), lease: null);
    }
}
