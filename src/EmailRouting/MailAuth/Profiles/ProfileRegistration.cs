using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Forecasts;
using EmailRouting.MailAuth.Keys;
using EmailRouting.MailAuth.Srs;
using EmailRouting.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.MailAuth.Profiles;

public static class ProfileRegistration
{
    /// <summary>What forwarding profiles and signatures of ours are made with. Needs the data directory and an <see cref="Network.OwnIdentity"/>.</summary>
    public static IServiceCollection AddProfiles(this IServiceCollection services)
    {
        services.AddSingleton<SigningKeys>();
        services.AddSingleton(provider => SrsSecrets.Load(provider.GetRequiredService<DataDirectory>()));
        services.AddSingleton<SrsRewriter>();
        services.AddSingleton<OwnMailSigner>();
        services.AddSingleton<DeliveryForecast>();
        return services.AddSingleton<ProfileWork>();
    }
}
