using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using EmailRouting.Dns;

namespace EmailRouting.Delivery;

/// <summary>Fetches a policy from where RFC 8461 §3.3 has it, over HTTPS with a certificate that verifies; no redirects, no proxy, not much of it, and not for long.</summary>
internal sealed class MtaStsFetcher : IDisposable
{
    /// <summary>Of a whole fetch. Mail waits for it once in a while, and its sender with it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private const int HttpsPort = 443;
    private const int MaxOctets = 64 * 1024;
    private const int MaxAddresses = 3;

    private readonly IResolver _resolver;
    private readonly AllowedAddresses _allowed;
    private readonly TimeProvider _clock;
    private readonly int _port;
    private readonly HttpClient _client;

    /// <param name="resolver">Finds the host.</param>
    /// <param name="allowed">Where it may be.</param>
    /// <param name="trust">Who vouches for its certificate.</param>
    /// <param name="clock">For the limit of time.</param>
    /// <param name="port">Another than the standard has, for tests.</param>
    public MtaStsFetcher(IResolver resolver, AllowedAddresses allowed, CertificateTrust trust, TimeProvider clock, int port = HttpsPort)
    {
        (_resolver, _allowed, _clock, _port) = (resolver, allowed, clock, port);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13, CertificateChainPolicy = trust.Policy() },
        })
        {
            // The limit is that of our clock.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <returns>The policy; or none, and why.</returns>
    public async Task<(MtaStsPolicy? Policy, string Failure)> FetchAsync(string domain)
    {
        using var limit = new CancellationTokenSource(Limit, _clock);
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(
                new UriBuilder(Uri.UriSchemeHttps, $"mta-sts.{domain}", _port, "/.well-known/mta-sts.txt").Uri, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return (null, $"HTTP {(int)response.StatusCode}");
            }

            // Where users may put up files of their own, they cannot choose the type of text (§3.2).
            if (response.Content.Headers.ContentType?.MediaType is not "text/plain")
            {
                return (null, $"the file is '{response.Content.Headers.ContentType?.MediaType}', not text/plain");
            }

            await using Stream body = await response.Content.ReadAsStreamAsync(limit.Token);
            byte[] octets = new byte[MaxOctets + 1];
            int count = await body.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, limit.Token);
            return count > MaxOctets ? (null, "the file is over 64 KiB")
                : MtaStsPolicy.TryParse(Encoding.UTF8.GetString(octets, 0, count), out MtaStsPolicy? policy) ? (policy, string.Empty)
                : (null, "the file is not a policy");
        }
        catch (OperationCanceledException)
        {
            return (null, "no answer in time");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or UriFormatException or InvalidOperationException)
        {
            return (null, e.InnerException is AuthenticationException inner ? inner.Message : e.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        string host = context.DnsEndPoint.Host;
        DnsAnswer<IPAddress> answer = await _resolver.AddressesAsync(host, cancellation);
        if (answer is not DnsAnswer<IPAddress>.Found found)
        {
            throw new HttpRequestException(answer is DnsAnswer<IPAddress>.Failed failed ? $"the address of {host} was not found: {failed.Reason}" : $"{host} has no address");
        }

        IPEndPoint[] endPoints = [.. found.Records
            .Where(_allowed.Contains)
            .Select(address => new IPEndPoint(address, context.DnsEndPoint.Port))
            .Where(endPoint => !_allowed.IsOurs(endPoint))
            .Take(MaxAddresses)];
        Exception failure = new HttpRequestException($"{host} has the address {found.Records[0]}, which is not public");
        foreach (IPEndPoint endPoint in endPoints)
        {
            var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(endPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is not SocketException)
                {
                    throw;
                }

                failure = e;
            }
        }

        throw failure;
    }
}
