using System.Net;
using EmailRouting.Server.Hosting;

namespace EmailRouting.Server.Smtp;

/// <summary>Reads lists of <c>host:port</c>, as <c>Smtp:Listen</c> has them.</summary>
internal static class SmtpEndpoints
{
    public const string DevelopmentDefault = "127.0.0.1:2525";

    /// <summary>Dual stack: <c>[::]</c> takes IPv4 as well.</summary>
    public const string ProductionDefault = "[::]:25;[::]:2525";

    /// <exception cref="ConfigurationException">A part is no address with a port.</exception>
    public static IReadOnlyList<IPEndPoint> Parse(string key, string value)
    {
        string[] parts = value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 0
            ? [.. parts.Select(part => ParseOne(part) ?? throw new ConfigurationException(
                $"{key}: '{part}' is not host:port; allowed are an IP address, localhost or *, and a port from 1 to 65535, for example 127.0.0.1:2525 or [::]:25"))]
            : throw new ConfigurationException($"{key}: names no endpoint; give at least one host:port");
    }

    private static IPEndPoint? ParseOne(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), out ushort port))
        {
            return null;
        }

        string host = text[..colon];
        return host switch
        {
            "*" => new IPEndPoint(IPAddress.IPv6Any, port),
            _ when host.Equals("localhost", StringComparison.OrdinalIgnoreCase) => new IPEndPoint(IPAddress.Loopback, port),
            _ when host.Contains(':') && !(host.StartsWith('[') && host.EndsWith(']')) => null,
            _ => IPAddress.TryParse(host, out IPAddress? address) ? new IPEndPoint(address, port) : null,
        };
    }
}
