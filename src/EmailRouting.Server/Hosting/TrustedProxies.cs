using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace EmailRouting.Server.Hosting;

/// <summary>Believes what a proxy says of its client (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>), where the proxy is one of <c>Http:TrustedProxies</c>; from anybody else it is a forgery.</summary>
internal static class TrustedProxies
{
    private const string Key = "Http:TrustedProxies";

    /// <exception cref="ConfigurationException">A part is no network.</exception>
    public static void AddTrustedProxies(this WebApplicationBuilder builder)
    {
        IPNetwork[] networks = [.. (builder.Configuration[Key] ?? string.Empty)
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Read)];
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = networks.Length == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (IPNetwork network in networks)
            {
                options.KnownIPNetworks.Add(network);
            }
        });
    }

    private static IPNetwork Read(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new ConfigurationException($"{Key}: '{text}' is neither an IP address nor a network such as 10.0.0.0/8; several are separated by ;");
    }
}
