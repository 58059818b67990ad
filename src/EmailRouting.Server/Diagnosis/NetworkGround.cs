using System.Net;
using EmailRouting.Dns;
using EmailRouting.Network;
using EmailRouting.Reception;
using EmailRouting.Server.Hosting;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Diagnosis;

/// <summary>What the checks of the network need, out of a configuration that can be used.</summary>
internal sealed record NetworkGround(IResolver Resolver, DnsOptions Dns, OwnIdentity Identity, IReadOnlyList<IPEndPoint> Endpoints, IReadOnlyList<IPAddress> PublicAddresses)
{
    /// <returns>Null where the configuration cannot be used; <see cref="ConfigurationCheck"/> says why.</returns>
    public static NetworkGround? From(IConfiguration configuration, bool isDevelopment)
    {
        try
        {
            SmtpOptions smtp = configuration.GetSection(SmtpOptions.Section).Get<SmtpOptions>() ?? new SmtpOptions();
            ServiceProvider provider = new ServiceCollection().AddDns(configuration).BuildServiceProvider();
            return new NetworkGround(
                provider.GetRequiredService<IResolver>(),
                provider.GetRequiredService<IOptions<DnsOptions>>().Value,
                SmtpSettings.Identity(smtp, isDevelopment),
                SmtpSettings.Endpoints(smtp, isDevelopment),
                SmtpSettings.PublicAddresses(smtp));
        }
        catch (Exception e) when (e is ConfigurationException or OptionsValidationException or InvalidOperationException)
        {
            return null;
        }
    }
}
