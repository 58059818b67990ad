using System.Collections.Immutable;
using System.Security.Cryptography;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Keys;
using EmailRouting.MailAuth.Srs;
using EmailRouting.MailAuth.Trace;
using EmailRouting.Network;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.Extensions.Logging;

namespace EmailRouting.MailAuth.Profiles;

/// <summary>Does what the forwarding profile of a domain asks for: another envelope sender, and a trace in front of the message. The message itself is not touched.</summary>
/// <remarks>
/// <code>
/// ARC-Seal, ARC-Message-Signature, ARC-Authentication-Results    arc
/// Authentication-Results                                         trace
/// Received                                                       trace
/// the message as it came
/// </code>
/// The order is that of time, from the bottom up, as receivers read it: it was received, then judged, then sealed. And <c>Received</c> is what stands next to the message: where
/// that begins with the continuation of a field, it is a comment to our line that grows, and no signature.
/// </remarks>
public sealed partial class ProfileWork(SrsRewriter srs, SigningKeys keys, OwnIdentity identity, ILogger<ProfileWork> logger)
{
    /// <summary>The same copies with the sender they go out with, and the trace in front of them.</summary>
    /// <param name="mail">The message as it came.</param>
    /// <param name="copies">The aliases of each are on one domain.</param>
    /// <param name="provenance">How it came.</param>
    /// <param name="profile">Of the domains of all aliases.</param>
    /// <param name="isOurs">Whether mail for an address comes to us.</param>
    /// <param name="cancellation">Ends the reading of a spool file.</param>
    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public async ValueTask<ImmutableArray<Target>> ApplyAsync(
        AcceptedMail mail, ImmutableArray<Target> copies, Provenance provenance, ForwardingProfile profile, Func<EmailAddress, bool> isOurs, CancellationToken cancellation)
    {
        if (profile == ForwardingProfile.Transparent)
        {
            return copies;
        }

        // One seal for each domain, whatever number of copies.
        var judged = new Dictionary<string, byte[]>();
        var result = ImmutableArray.CreateBuilder<Target>(copies.Length);
        foreach (Target copy in copies)
        {
            string domain = copy.Aliases[0].Alias.Domain;
            if (!judged.TryGetValue(domain, out byte[]? verdicts))
            {
                verdicts = await VerdictsAsync(mail, provenance.Results, profile, domain, cancellation);
                judged.Add(domain, verdicts);
            }

            result.Add(copy with
            {
                ReturnPath = profile.HasFlag(ForwardingProfile.Srs) ? ReturnPath(mail.Envelope.Sender, domain, isOurs) : null,
                Trace = profile.HasFlag(ForwardingProfile.Trace) ? (byte[])[.. verdicts, .. Received(mail, copy, provenance)] : verdicts,
            });
        }

        return result.DrainToImmutable();
    }

    /// <summary>
    /// Null where the sender stays as it is: nobody, whose mail passes by the name of this server; an address at which we receive ourselves, for whose domain we may send; and one that would not
    /// fit into an address any more.
    /// </summary>
    private EmailAddress? ReturnPath(EmailAddress? sender, string domain, Func<EmailAddress, bool> isOurs) =>
        sender is null || isOurs(sender) ? null : srs.Rewrite(sender, domain);

    /// <summary>What was found, and the seal over it, each where it is asked for.</summary>
    private async ValueTask<byte[]> VerdictsAsync(
        AcceptedMail mail, AuthenticationResult? found, ForwardingProfile profile, string domain, CancellationToken cancellation)
    {
        if (found is null)
        {
            return [];
        }

        byte[] set = profile.HasFlag(ForwardingProfile.Arc) ? await SealAsync(mail, found, domain, cancellation) : [];
        return profile.HasFlag(ForwardingProfile.Trace) ? [.. set, .. AuthenticationResultsField.Compose(identity.HostName, found)] : set;
    }

    private async ValueTask<byte[]> SealAsync(AcceptedMail mail, AuthenticationResult found, string domain, CancellationToken cancellation)
    {
        SigningKey key;
        try
        {
            key = keys.Get(domain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // The mail goes out all the same: it is no worse than it was.
            Log.NoKey(logger, domain, e.Message);
            return [];
        }

        string results = AuthenticationResultsField.Content(identity.HostName, found);
        return await ArcSealer.SealAsync(mail.Content, found.Arc, results, key, mail.ReceivedAt, cancellation) ?? [];
    }

    private byte[] Received(AcceptedMail mail, Target copy, Provenance provenance) => new ReceivedField(
        provenance.ClientName,
        provenance.Client,
        identity.HostName,
        provenance.Protocol(mail.Envelope.Parameters),
        mail.Id,
        copy.Aliases is [var only] ? only.Alias : null,
        mail.ReceivedAt).Compose();

    private static partial class Log
    {
        [LoggerMessage(EventId = 9101, Level = LogLevel.Error, Message = "The key of {Domain} cannot be used, mail for it leaves without an ARC seal: {Reason}")]
        public static partial void NoKey(ILogger logger, string domain, string reason);
    }
}
