using System.Buffers;
using System.Security.Cryptography;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Network;
using Microsoft.Extensions.Logging;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>Signs what we write ourselves: reports to senders, questions to the owners of inboxes.</summary>
/// <remarks>
/// With every key that is there, and there is one for a domain as soon as somebody was shown the record to publish: a profile that seals, or a key that was asked for. A
/// signature whose key is not published yet counts as none (RFC 6376 §6.1), and From is at the name of this server, which null senders pass SPF by: so nothing that we write
/// fares worse for a record that is missing.
/// </remarks>
public sealed partial class OwnMailSigner(SigningKeys keys, OwnIdentity identity, TimeProvider clock, ILogger<OwnMailSigner> logger)
{
    /// <summary>The same message with a signature of this server's name, and of a domain it is about.</summary>
    /// <param name="content">In memory. The caller's to release, as is what is returned.</param>
    /// <param name="domain">Null where it is about none of ours.</param>
    public MessageContent Sign(MessageContent content, string? domain)
    {
        if (!content.TryGetMemory(out ReadOnlySequence<byte> memory))
        {
            throw new ArgumentException("What we write ourselves is in memory", nameof(content));
        }

        byte[] message = memory.ToArray();
        byte[] signatures = [.. Signature(message, identity.HostName), .. domain is null ? [] : Signature(message, domain)];
        return OwnMail.Of([.. signatures, .. message]);
    }

    private byte[] Signature(byte[] message, string domain)
    {
        try
        {
            return DnsName.TryNormalize(domain, out string? name) && keys.Find(name) is { } key ? DkimSigner.Sign(message, key, clock.GetUtcNow()) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // It goes out unsigned: a report is worth more than its signature.
            Log.NoKey(logger, domain, e.Message);
            return [];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 9102, Level = LogLevel.Error, Message = "The key of {Domain} cannot be used, mail of ours leaves unsigned: {Reason}")]
        public static partial void NoKey(ILogger logger, string domain, string reason);
    }
}
