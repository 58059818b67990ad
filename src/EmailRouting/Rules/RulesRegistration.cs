using EmailRouting.Policy;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmailRouting.Rules;

/// <summary>Registers the rules. Whoever starts the server calls <see cref="RuleReloader.LoadAsync"/> before anything listens.</summary>
public static class RulesRegistration
{
    public static IServiceCollection AddRules(this IServiceCollection services)
    {
        services.AddSingleton<RuleSnapshot>();
        services.AddSingleton<RulesMetrics>();
        services.AddSingleton<RuleLoader>();
        services.AddSingleton<RuleReloader>();
        services.AddHostedService(provider => provider.GetRequiredService<RuleReloader>());
        services.AddSingleton(provider => new RuleBook(
            provider.GetRequiredService<IDbContextFactory<RulesDb>>(),
            provider.GetRequiredService<RuleLoader>(),
            provider.GetRequiredService<TimeProvider>(),
            committed: provider.GetRequiredService<RuleReloader>().RefreshAsync)
        {
            DefaultPolicy = provider.GetRequiredService<IOptions<PolicyOptions>>().Value.Default,
        });
        return services;
    }
}
