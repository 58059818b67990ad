using System.Net.Sockets;

namespace EmailRouting.Server.Hosting;

/// <summary>Finds our name for the greeting and for HELO.</summary>
internal static class HostNames
{
    /// <param name="configured"><c>Smtp:HostName</c>; empty: the machine's fully qualified name.</param>
    /// <param name="isDevelopment">Then any name will do.</param>
    /// <exception cref="ConfigurationException">The name is not fully qualified: other mail servers would refuse it in HELO (RFC 5321 §2.3.5).</exception>
    public static string Resolve(string configured, bool isDevelopment)
    {
        string name = (configured.Length > 0 ? configured : MachineName()).TrimEnd('.');
        bool isQualified = name.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(name) == UriHostNameType.Dns;
        return isQualified || isDevelopment
            ? name
            : throw new ConfigurationException(
                $"Smtp:HostName: '{name}' is not fully qualified; set it to the name that your MX record and your reverse DNS carry, for example mx.example.com");
    }

    private static string MachineName()
    {
        try
        {
            return System.Net.Dns.GetHostEntry(System.Net.Dns.GetHostName()).HostName;
        }
        catch (SocketException)
        {
            return System.Net.Dns.GetHostName();
        }
    }
}
