using EmailRouting.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.Access;

/// <summary>Registers what keeps people and their credentials.</summary>
public static class PeopleRegistration
{
    // NIST SP 800-63B: length is what counts; rules about kinds of characters only make passwords predictable.
    private const int MinPassword = 10;
    private const int FailuresBeforeLockout = 10;
    private static readonly TimeSpan Lockout = TimeSpan.FromMinutes(5);

    public static IdentityBuilder AddPeople(this IServiceCollection services)
    {
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<RulesDb>>().CreateDbContext());
        services.AddScoped<PeopleBook>();
        return services
            .AddIdentityCore<Person>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = string.Empty;
                options.Password.RequiredLength = MinPassword;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.MaxFailedAccessAttempts = FailuresBeforeLockout;
                options.Lockout.DefaultLockoutTimeSpan = Lockout;
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
            })
            .AddUserStore<UserOnlyStore<Person, RulesDb, Guid>>()
            .AddDefaultTokenProviders();
    }
}
