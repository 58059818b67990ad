using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EmailRouting.Network;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Policy;

/// <summary>Asks rspamd over HTTP what it makes of a message. It is shown the message and never asked for a changed one.</summary>
public sealed partial class Rspamd : IDisposable
{
    private const int MaxAnswer = 1024 * 1024;

    private readonly Uri? _check;
    private readonly HttpClient _client;
    private readonly OwnIdentity _identity;
    private readonly ILogger _logger;
    private volatile bool _isSilent;

    public Rspamd(IOptions<PolicyOptions> options, OwnIdentity identity, ILogger<Rspamd> logger)
    {
        (_identity, _logger) = (identity, logger);
        _check = options.Value.Rspamd.Length == 0 ? null : new Uri(new Uri(options.Value.Rspamd), "checkv2");
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectTimeout = TimeSpan.FromSeconds(2),
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        })
        {
            // How long is the caller's to say.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswer,
        };
    }

    public bool IsConfigured => _check is not null;

    /// <summary>Null where it did not answer.</summary>
    /// <exception cref="IOException">The message cannot be read.</exception>
    internal async Task<RspamdAnswer?> AskAsync(Arrival arrival, CancellationToken cancellation)
    {
        try
        {
            await using Stream message = arrival.Content.OpenRead();
            using HttpRequestMessage request = Request(arrival, message);
            using HttpResponseMessage response = await _client.SendAsync(request, cancellation);
            response.EnsureSuccessStatusCode();
            using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            RspamdAnswer answer = Read(document.RootElement);
            if (_isSilent)
            {
                _isSilent = false;
                Log.Answers(_logger);
            }

            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException)
        {
            if (!_isSilent)
            {
                _isSilent = true;
                Log.Silent(_logger, _check!, e.Message);
            }

            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(Arrival arrival, Stream message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _check) { Content = new StreamContent(message) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentLength = arrival.Content.Length;
        Add(request, "IP", arrival.Client.ToString());
        Add(request, "Helo", arrival.ClientName);
        Add(request, "From", arrival.Sender?.Text ?? "<>");
        foreach (EmailAddress recipient in arrival.Recipients)
        {
            Add(request, "Rcpt", recipient.Text);
        }

        Add(request, "Queue-Id", arrival.Id.ToString());
        Add(request, "MTA-Name", _identity.HostName);
        return request;
    }

    // A name in HELO is anybody's words.
    private static void Add(HttpRequestMessage request, string name, string value) => request.Headers.TryAddWithoutValidation(name, Printable.Line(value));

    private static RspamdAnswer Read(JsonElement answer)
    {
        string action = answer.GetProperty("action").GetString() ?? throw new InvalidDataException("rspamd answered without an action");
        double score = answer.TryGetProperty("score", out JsonElement points) ? points.GetDouble() : 0;
        return new RspamdAnswer(action, score.ToString("0.##", CultureInfo.InvariantCulture));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 9001, Level = LogLevel.Warning, Message = "rspamd at {Url} does not answer; mail goes on without it: {Reason}")]
        public static partial void Silent(ILogger logger, Uri url, string reason);

        [LoggerMessage(EventId = 9002, Level = LogLevel.Information, Message = "rspamd answers again")]
        public static partial void Answers(ILogger logger);
    }
}
