using System.Net;
using System.Text;
using EmailRouting.Smtp;
using MailKit.Security;

namespace EmailRouting.Delivery;

/// <summary>Signs in to a smarthost (RFC 4954) with the strongest mechanism that both sides know.</summary>
internal static class SmarthostSignIn
{
    // The strongest first; those that send the password itself last, which is why the caller insists on TLS.
    private static readonly string[] Mechanisms = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"];

    /// <returns>Null when signed in, else why not.</returns>
    /// <exception cref="ConnectionLostException">The connection broke.</exception>
    public static async ValueTask<SmtpReply?> SignInAsync(
        SmtpWire wire, EhloFeatures features, NetworkCredential credential, TimeSpan limit, CancellationToken cancellation)
    {
        if (Array.Find(Mechanisms, features.Auth.Contains) is not { } name)
        {
            return new SmtpReply(454, "4.7.0", $"No common way to sign in: the smarthost offers '{string.Join(' ', features.Auth)}'");
        }

        try
        {
            SaslMechanism mechanism = SaslMechanism.Create(name, credential)!;
            string initial = mechanism.SupportsInitialResponse ? " " + await mechanism.ChallengeAsync(null, cancellation) : string.Empty;
            SmtpReply reply = await SayAsync(wire, $"AUTH {name}{initial}", limit);
            while (reply.Code == 334)
            {
                reply = await SayAsync(wire, await mechanism.ChallengeAsync(reply.Text, cancellation), limit);
            }

            return reply.IsPositive ? null : reply;
        }
        catch (SaslException e)
        {
            // The server could not prove that it knows the password (SCRAM), or its challenge makes no sense.
            return new SmtpReply(454, "4.7.0", $"Signing in with {name} failed: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return new SmtpReply(454, "4.7.0", "Signing in was given up");
        }
    }

    private static async ValueTask<SmtpReply> SayAsync(SmtpWire wire, string line, TimeSpan limit)
    {
        Encoding.ASCII.GetBytes(line + "\r\n", wire.Output);
        await wire.FlushAsync(limit);
        return await wire.ReadReplyAsync(limit);
    }
}
