using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.Returns;

public static class ReturnsRegistration
{
    /// <summary>The way back to senders that were rewritten.</summary>
    public static IServiceCollection AddReturns(this IServiceCollection services)
    {
        services.AddSingleton<ReturnedMessages>();
        return services.AddSingleton<ReturnDesk>();
    }
}
