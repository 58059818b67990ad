using System.Net;
using System.Text;
using EmailRouting.Network;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Delivery;

/// <summary>Opens connections: connect, greeting, EHLO, STARTTLS, EHLO, AUTH.</summary>
/// <remarks>Whatever is refused on the way here is about us, not about a mail: it sends the attempt to the next host.</remarks>
internal sealed partial class SmtpDialler(
    OwnIdentity identity, CertificateTrust trust, IOptions<DeliveryOptions> options, TimeProvider clock, ILogger<SmtpDialler> logger)
{
    private readonly DeliveryOptions _options = options.Value;

    public async ValueTask<Opening> OpenAsync(NextHop hop, CancellationToken cancellation)
    {
        TlsPolicy tls = hop.Policy == MtaStsMode.Enforce ? TlsPolicy.Require : _options.Tls;
        Attempt attempt = await TryOpenAsync(hop, tls, cancellation);
        if (attempt.IsTlsBroken && tls == TlsPolicy.Opportunistic && hop.Smarthost?.IsImplicitTls != true && !cancellation.IsCancellationRequested)
        {
            // RFC 7435: encryption where it works, and delivery where it does not.
            Log.FallingBack(logger, hop.Host, hop.Address);
            attempt = await TryOpenAsync(hop, TlsPolicy.None, cancellation);
        }

        return attempt.Opening;
    }

    private async ValueTask<Attempt> TryOpenAsync(NextHop hop, TlsPolicy tls, CancellationToken cancellation)
    {
        SmtpWire? wire = null;
        bool isInHandshake = false;
        bool isEnforced = hop.Policy == MtaStsMode.Enforce;
        var certificate = new CertificateCheck(trust, isRequired: isEnforced || (tls == TlsPolicy.Require && hop.Smarthost is not null));
        try
        {
            wire = await SmtpWire.ConnectAsync(hop.EndPoint, _options.ConnectTimeout, clock, cancellation);
            using CancellationTokenRegistration registration = wire.AbortOn(cancellation);

            // :: Step 1: TLS at once, where the smarthost is smtps://.
            if (hop.Smarthost?.IsImplicitTls == true)
            {
                isInHandshake = true;
                await wire.StartTlsAsync(certificate.Options(hop.Host, isOldTlsAllowed: tls != TlsPolicy.Require), _options.CommandTimeout);
                isInHandshake = false;
            }

            // :: Step 2: greeting and EHLO.
            SmtpReply greeting = await wire.ReadReplyAsync(_options.GreetingTimeout);
            if (!greeting.IsPositive)
            {
                return Failed(wire, greeting);
            }

            if (IsOurselves(hop, greeting))
            {
                return Loop(wire, hop);
            }

            (EhloFeatures? features, SmtpReply hello) = await SayHelloAsync(wire);
            if (features is null)
            {
                return Failed(wire, hello);
            }

            if (IsOurselves(hop, hello))
            {
                return Loop(wire, hop);
            }

            // :: Step 3: STARTTLS, and EHLO again: what was offered in clear text does not count (RFC 3207 §4.2).
            if (tls != TlsPolicy.None && wire.Tls.Length == 0 && features.StartTls)
            {
                SmtpReply go = await SayAsync(wire, "STARTTLS");
                if (go.IsPositive)
                {
                    if (wire.HasUnreadInput)
                    {
                        // Replies that were slipped in before encryption must not pass for encrypted ones.
                        throw new ConnectionLostException("the host sent more than its reply to STARTTLS", inner: null);
                    }

                    isInHandshake = true;
                    await wire.StartTlsAsync(certificate.Options(hop.Host, isOldTlsAllowed: tls != TlsPolicy.Require), _options.CommandTimeout);
                    isInHandshake = false;
                    (features, hello) = await SayHelloAsync(wire);
                    if (features is null)
                    {
                        return Failed(wire, hello);
                    }
                }
                else if (tls == TlsPolicy.Require || go.EndsSession)
                {
                    return Failed(wire, go);
                }
            }

            if (tls == TlsPolicy.Require && wire.Tls.Length == 0)
            {
                return Failed(wire, isEnforced
                    ? new SmtpReply(451, "4.7.5", $"The MTA-STS policy of the domain demands TLS, and {hop.Host} does not offer it")
                    : new SmtpReply(451, "4.7.4", "TLS is required, and the host does not offer it"));
            }

            // :: Step 4: sign in to a smarthost.
            if (hop.Smarthost?.Credential is { } credential)
            {
                if (!certificate.IsVerified && !IPAddress.IsLoopback(hop.EndPoint.Address) && _options.Tls != TlsPolicy.None)
                {
                    return Failed(wire, new SmtpReply(451, "4.7.0", "The password is not sent without TLS and a certificate that verifies"));
                }

                if (await SmarthostSignIn.SignInAsync(wire, features, credential, _options.CommandTimeout, cancellation) is { } refusal)
                {
                    return Failed(wire, refusal);
                }
            }

            string encryption = Describe(wire, certificate, hop);
            Log.Opened(logger, hop.Host, hop.Address, encryption);
            return new Attempt(new Opening(new SmtpConnection(hop, wire, encryption, features, _options), Failure: null), IsTlsBroken: false);
        }
        catch (ConnectionLostException e)
        {
            Log.OpeningFailed(logger, hop.Host, hop.Address, e.Message);
            wire?.Dispose();
            var words = new SmtpReply(451, isInHandshake ? "4.7.5" : "4.4.1", isInHandshake && isEnforced && certificate is { Result.Length: > 0, IsVerified: false }
                ? $"The MTA-STS policy of the domain demands a certificate valid for {hop.Host}, and the one shown is not: {certificate.Result}"
                : Sentence(e.Message));
            return new Attempt(new Opening(Connection: null, words), isInHandshake);
        }
    }

    /// <summary>EHLO, or HELO for a host that does not know EHLO (RFC 5321 §3.2). No features, and the refusal, where both are refused.</summary>
    private async ValueTask<(EhloFeatures? Features, SmtpReply Reply)> SayHelloAsync(SmtpWire wire)
    {
        SmtpReply ehlo = await SayAsync(wire, $"EHLO {identity.HostName}");
        if (ehlo.IsPositive)
        {
            return (EhloFeatures.Parse(ehlo), ehlo);
        }

        if (!ehlo.IsPermanentFailure)
        {
            return (null, ehlo);
        }

        SmtpReply helo = await SayAsync(wire, $"HELO {identity.HostName}");
        return (helo.IsPositive ? EhloFeatures.None : null, helo);
    }

    private async ValueTask<SmtpReply> SayAsync(SmtpWire wire, string line)
    {
        Encoding.ASCII.GetBytes(line + "\r\n", wire.Output);
        await wire.FlushAsync(_options.CommandTimeout);
        return await wire.ReadReplyAsync(_options.CommandTimeout);
    }

    // A smarthost is the operator's word: on the same machine it has the same name, and is no loop.
    private bool IsOurselves(NextHop hop, SmtpReply reply) =>
        hop.Smarthost is null && identity.IsOurName(reply.Lines[0].Split(' ', 2)[0]);

    /// <summary>For the activity log: protocol, cipher, what the certificate is worth, and what the domain demands of it.</summary>
    private static string Describe(SmtpWire wire, CertificateCheck certificate, NextHop hop) =>
        wire.Tls.Length == 0 ? string.Empty
        : hop.Policy == MtaStsMode.None ? $"{wire.Tls} certificate={certificate.Result}"
        : $"{wire.Tls} certificate={certificate.Result} mta-sts={(hop.Policy == MtaStsMode.Enforce ? "enforce" : "testing")}";

    private static Attempt Failed(SmtpWire wire, SmtpReply reply)
    {
        wire.Dispose();
        return new Attempt(new Opening(Connection: null, reply), IsTlsBroken: false);
    }

    private static Attempt Loop(SmtpWire wire, NextHop hop)
    {
        wire.Dispose();
        var words = new SmtpReply(550, "5.4.6", $"{hop.Host} greets with our own name: a loop");
        return new Attempt(new Opening(Connection: null, words, IsOurselves: true), IsTlsBroken: false);
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private readonly record struct Attempt(Opening Opening, bool IsTlsBroken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 4001, Level = LogLevel.Debug, Message = "Connected to {Host} at {Address} {Tls}")]
        public static partial void Opened(ILogger logger, string host, string address, string tls);

        [LoggerMessage(EventId = 4002, Level = LogLevel.Debug, Message = "No connection to {Host} at {Address}: {Reason}")]
        public static partial void OpeningFailed(ILogger logger, string host, string address, string reason);

        [LoggerMessage(EventId = 4003, Level = LogLevel.Debug, Message = "TLS with {Host} at {Address} failed, trying in clear text")]
        public static partial void FallingBack(ILogger logger, string host, string address);
    }
}
