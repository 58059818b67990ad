using System.Security.Cryptography;
using EmailRouting.Dns;
using EmailRouting.Network;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Delivery;

public static class DeliveryRegistration
{
    /// <summary>The courier, by the section <c>Delivery</c> of the configuration. Needs an <see cref="OwnIdentity"/> and an <see cref="IResolver"/>.</summary>
    public static IServiceCollection AddDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DeliveryOptions>().Bind(configuration.GetSection(DeliveryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<DeliveryMetrics>();
        services.TryAddSingleton(CertificateTrust.OfTheSystem);
        services.AddSingleton<AllowedAddresses>();
        services.TryAddSingleton(provider => new MtaStsFetcher(
            provider.GetRequiredService<IResolver>(),
            provider.GetRequiredService<AllowedAddresses>(),
            provider.GetRequiredService<CertificateTrust>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MtaStsPolicies>();
        services.AddSingleton<SmtpDialler>();
        services.AddSingleton<ConnectionPool>();
        services.AddSingleton(provider => new NextHops(
            provider.GetRequiredService<IResolver>(),
            provider.GetRequiredService<OwnIdentity>(),
            provider.GetRequiredService<AllowedAddresses>(),
            provider.GetRequiredService<MtaStsPolicies>(),
            provider.GetRequiredService<IOptions<DeliveryOptions>>(),
            Lot));
        services.AddSingleton(provider => new HostSets(
            provider.GetRequiredService<TimeProvider>(),
            Lot,
            provider.GetRequiredService<IOptions<DeliveryOptions>>().Value.MaxAttemptsPerHost));
        services.AddSingleton(provider => new Providers(
            provider.GetRequiredService<IOptions<DeliveryOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            Lot,
            provider.GetRequiredService<DeliveryMetrics>(),
            provider.GetRequiredService<ILogger<Providers>>()));
        return services.AddSingleton<ICourier, Courier>();
    }

    private static double Lot() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
