using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.Custody;

/// <summary>Registers custody: the ledger and who answers for the final dot.</summary>
public static class CustodyRegistration
{
    public static IServiceCollection AddCustody(this IServiceCollection services)
    {
        services.AddSingleton<Ledger>();
        services.AddSingleton<Custodian>();
        return services;
    }
}
