using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EmailRouting.Server.Hosting;

/// <summary>
/// Binds the URLs of <c>--urls</c> or <c>ASPNETCORE_URLS</c>. Kestrel ignores them once an endpoint is set in code, as those for SMTP are.
/// </summary>
internal static class HttpEndpoints
{
    public const string Default = "http://localhost:8080";

    /// <summary>The address of the first URL that a browser on this machine can open.</summary>
    public static string Page(string urls)
    {
        string first = urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(Default);
        var address = BindingAddress.Parse(first);
        bool isAnywhere = address.Host is "*" or "+" or "0.0.0.0" or "[::]";
        return $"{address.Scheme}://{(isAnywhere ? "localhost" : address.Host)}:{address.Port}";
    }

    /// <exception cref="ConfigurationException">A part is no URL.</exception>
    public static void ListenOnUrls(this KestrelServerOptions kestrel, string urls)
    {
        foreach (string url in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            BindingAddress address;
            try
            {
                address = BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                throw new ConfigurationException($"urls: '{url}' is not a URL; allowed is for example {Default} or http://0.0.0.0:8080");
            }

            Action<ListenOptions> options = listen =>
            {
                if (address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase))
                {
                    listen.UseHttps();
                }
            };

            if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            {
                // Port 0 cannot be the same free port in both address families.
                if (address.Port == 0)
                {
                    kestrel.Listen(IPAddress.Loopback, 0, options);
                }
                else
                {
                    kestrel.ListenLocalhost(address.Port, options);
                }
            }
            else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip))
            {
                kestrel.Listen(ip, address.Port, options);
            }
            else if (address.Host is "*" or "+")
            {
                kestrel.ListenAnyIP(address.Port, options);
            }
            else
            {
                throw new ConfigurationException($"urls: the host of '{url}' is neither an IP address nor localhost nor *");
            }
        }
    }
}
