using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmailRouting.Activity;

/// <summary>Registers the activity log and its writer.</summary>
public static class ActivityRegistration
{
    public static IServiceCollection AddActivity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ActivityOptions>().Bind(configuration.GetSection(ActivityOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ActivityOptions>, ActivityOptionsValidator>();
        services.AddSingleton<ActivityMetrics>();
        services.AddSingleton<ActivityLog>();
        services.AddHostedService<ActivityWriter>();
        return services;
    }
}
