using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmailRouting.Activity;

/// <summary>Registers the activity log, its writer and its readers.</summary>
public static class ActivityRegistration
{
    public static IServiceCollection AddActivity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ActivityOptions>().Bind(configuration.GetSection(ActivityOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ActivityOptions>, ActivityOptionsValidator>();
        services.AddSingleton<ActivityMetrics>();
        services.AddSingleton<ActivityFeed>();
        services.AddSingleton<ActivityLog>();
        services.AddSingleton<ActivityReader>();
        services.AddSingleton<ActivityAnalytics>();
        services.AddSingleton<RuleUsage>();
        services.AddSingleton<InboxAcceptance>();
        services.AddHostedService<ActivityWriter>();
        return services;
    }
}
