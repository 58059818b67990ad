using System.Net;
using EmailRouting.Network;
using EmailRouting.Reception;
using EmailRouting.Server.Hosting;
using EmailRouting.Server.Smtp;

namespace EmailRouting.Server.Diagnosis;

/// <summary>Who the server is and where it listens, as its configuration says.</summary>
internal static class SmtpSettings
{
    /// <exception cref="ConfigurationException">They cannot be read.</exception>
    public static IReadOnlyList<IPEndPoint> Endpoints(SmtpOptions smtp, bool isDevelopment) => SmtpEndpoints.Parse(
        "Smtp:Listen", smtp.Listen.Length > 0 ? smtp.Listen : isDevelopment ? SmtpEndpoints.DevelopmentDefault : SmtpEndpoints.ProductionDefault);

    /// <inheritdoc cref="Endpoints"/>
    public static IReadOnlyList<IPAddress> PublicAddresses(SmtpOptions smtp) =>
        [.. smtp.PublicAddresses.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => IPAddress.TryParse(part, out IPAddress? address)
                ? address
                : throw new ConfigurationException($"Smtp:PublicAddresses: '{part}' is not an IP address; several are separated by ;"))];

    /// <inheritdoc cref="Endpoints"/>
    public static OwnIdentity Identity(SmtpOptions smtp, bool isDevelopment) =>
        new(HostNames.Resolve(smtp.HostName, isDevelopment), Endpoints(smtp, isDevelopment), PublicAddresses(smtp));
}
