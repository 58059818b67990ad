using EmailRouting.Activity;
using EmailRouting.MailAuth.Dkim;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Queue;

/// <summary>Registers the queue. The store, the courier, the activity log and the clock are registered elsewhere.</summary>
public static class QueueRegistration
{
    /// <summary>For <c>serve</c>: the queue and the runner that works on it. Before the endpoints, so that none of them listens before the store is open.</summary>
    public static IServiceCollection AddQueue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<QueueOptions>()
            .Bind(configuration.GetSection(QueueOptions.Section))
            .PostConfigure(options => options.ReportingHost = configuration["Smtp:HostName"] is { Length: > 0 } name ? name : Environment.MachineName)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<QueueOptions>, QueueOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<QueueMetrics>();
        services.AddSingleton(provider => DeliveryJournal.To(provider.GetRequiredService<ActivityLog>()));
        services.AddSingleton(provider =>
        {
            QueueOptions options = provider.GetRequiredService<IOptions<QueueOptions>>().Value;
            return new ActiveWindow(options.Concurrency, options.ConcurrencyPerDomain, options.Window, options.WindowBytes);
        });
        services.AddSingleton(provider => new MailQueue(
            provider.GetRequiredService<IQueueStore>(),
            provider.GetRequiredService<ActiveWindow>(),
            provider.GetRequiredService<IOptions<QueueOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            Dice));
        services.AddSingleton(provider => new DeliveryAttempts(
            provider.GetRequiredService<IQueueStore>(),
            provider.GetRequiredService<Delivery.ICourier>(),
            provider.GetRequiredService<OwnMailSigner>(),
            provider.GetRequiredService<IOptions<QueueOptions>>(),
            provider.GetRequiredService<QueueMetrics>(),
            provider.GetRequiredService<DeliveryJournal>(),
            provider.GetRequiredService<TimeProvider>(),
            Dice,
            provider.GetRequiredService<ILogger<DeliveryAttempts>>()));
        services.AddHostedService<QueueRunner>();
        return services;
    }

    // Here the dice of the running program are chosen, once; everybody else is given them.
#pragma warning disable RS0030
    private static Random Dice => Random.Shared;
#pragma warning restore RS0030
}
