using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmailRouting.Policy;

public static class PolicyRegistration
{
    /// <summary>The checks of incoming mail, by the section <c>Policy</c> of the configuration. Needs an <c>OwnIdentity</c> and an <c>IResolver</c>.</summary>
    public static IServiceCollection AddPolicy(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PolicyOptions>().Bind(configuration.GetSection(PolicyOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PolicyOptions>, PolicyOptionsValidator>();
        services.AddSingleton<PolicyMetrics>();
        services.AddSingleton<Rspamd>();
        return services.AddSingleton<InboundCheck>();
    }
}
