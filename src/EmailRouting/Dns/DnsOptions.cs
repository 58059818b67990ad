using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EmailRouting.Dns;

/// <summary>Section <c>Dns</c> of the configuration.</summary>
public sealed class DnsOptions
{
    public const string Section = "Dns";

    private const int DnsPort = 53;

    /// <summary><c>;</c>-separated <c>ip:port</c>; empty: the servers of the system.</summary>
    public string Servers { get; set; } = string.Empty;

    /// <summary>How long one server may take to answer one question.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a question that met silence is asked again.</summary>
    public int Retries { get; set; } = 2;

    /// <summary>False, and the part that is no address, where <see cref="Servers"/> cannot be read.</summary>
    internal bool TryReadServers(out ImmutableArray<IPEndPoint> servers, [NotNullWhen(false)] out string? unreadable)
    {
        ImmutableArray<IPEndPoint>.Builder read = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (string part in Servers.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPEndPoint.TryParse(part, out IPEndPoint? server))
            {
                servers = [];
                unreadable = part;
                return false;
            }

            read.Add(server.Port == 0 ? new IPEndPoint(server.Address, DnsPort) : server);
        }

        servers = read.ToImmutable();
        unreadable = null;
        return true;
    }
}
