using System.Net;
using EmailRouting.Mail;
using EmailRouting.Network;
using EmailRouting.Reception;
using EmailRouting.Server.Smtp;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Hosting;

/// <summary>Puts the SMTP front end on Kestrel: its endpoints beside those of HTTP, its limits, its name.</summary>
internal static class SmtpHosting
{
    /// <exception cref="ConfigurationException">A setting cannot be used.</exception>
    public static void AddSmtp(this WebApplicationBuilder builder)
    {
        IConfigurationSection section = builder.Configuration.GetSection(SmtpOptions.Section);
        SmtpOptions smtp = section.Get<SmtpOptions>() ?? new SmtpOptions();
        bool isDevelopment = builder.Environment.IsDevelopment();
        IReadOnlyList<IPEndPoint> endpoints = SmtpEndpoints.Parse(
            "Smtp:Listen", smtp.Listen.Length > 0 ? smtp.Listen : isDevelopment ? SmtpEndpoints.DevelopmentDefault : SmtpEndpoints.ProductionDefault);

        builder.Services.AddOptions<SmtpOptions>().Bind(section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SmtpOptions>, SmtpOptionsValidator>();
        builder.Services.AddSingleton(new OwnIdentity(
            HostNames.Resolve(smtp.HostName, isDevelopment), endpoints, Addresses("Smtp:PublicAddresses", smtp.PublicAddresses)));
        builder.Services.AddSingleton(new MemoryBudget(smtp.MemoryBudget));
        builder.Services.AddSingleton<ReceptionMetrics>();
        builder.Services.AddSingleton<TlsCertificate>();
        builder.Services.AddSingleton<SmtpFrontEnd>();
        builder.Services.AddSingleton(new SmtpListeners(endpoints));

        // The last one that can bind an endpoint does: Kestrel asks them from the end.
        builder.Services.AddSingleton<IConnectionListenerFactory, SmtpTransport>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (IPEndPoint endpoint in endpoints)
            {
                kestrel.Listen(endpoint, listen => listen.UseConnectionHandler<SmtpConnectionHandler>());
            }

            kestrel.ListenOnUrls(builder.Configuration["urls"] ?? HttpEndpoints.Default);
        });
    }

    private static List<IPAddress> Addresses(string key, string value) =>
        [.. value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => IPAddress.TryParse(part, out IPAddress? address)
                ? address
                : throw new ConfigurationException($"{key}: '{part}' is not an IP address; several are separated by ;"))];
}
