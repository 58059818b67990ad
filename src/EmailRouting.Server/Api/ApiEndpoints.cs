using EmailRouting.Access;
using EmailRouting.Diagnosis;
using EmailRouting.Rules.Transfer;
using EmailRouting.Server.Access;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Server.Hosting;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Api;

/// <summary>The REST API: a table of contents. Compatible with Cloudflare Email Routing, and beside that everything else the product can do.</summary>
internal static class ApiEndpoints
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ApiOptions>().Bind(builder.Configuration.GetSection(ApiOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        builder.Services.AddSingleton<Account>();
        builder.Services.AddSingleton<DomainRecords>();
        builder.Services.AddSingleton<DomainProof>();
        builder.Services.AddHostedService<PendingDomains>();
        builder.Services.AddSingleton<RoutingSettings>();
        builder.Services.AddSingleton<Exporter>();
        builder.Services.AddSingleton<TokenBook>();
        builder.Services.AddSingleton<TokenAuthentication>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped(services => services.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<Caller>()
            ?? throw new InvalidOperationException("The endpoint is not behind the API's authentication."));
        builder.Services.AddSingleton(services => new AttemptLimit(services.GetRequiredService<TimeProvider>(), AttemptLimit.OfKeys));
        builder.Services.AddSingleton<RequestLimit>();
        builder.Services.AddApiDocumentation();
    }

    public static void MapApi(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments(ApiGate.Root, StringComparison.Ordinal), api => api.UseMiddleware<ApiGate>());

        RouteGroupBuilder root = app.MapGroup(ApiGate.Root);
        RouteGroupBuilder account = root.MapGroup("/accounts/{account_id}");
        RouteGroupBuilder zone = root.MapGroup("/zones/{zone_id}");

        root.MapCallers(account);
        account.MapTokens();
        account.MapPeople();
        root.MapAccounts();
        root.MapZones(zone);
        zone.MapRoutingSettings(account);
        zone.MapRoutingDns();
        account.MapSenders(zone);

        zone.MapRules(account);
        zone.MapCatchAll();
        zone.MapRuleBulk();
        zone.MapRuleHistory();
        zone.MapExplain();
        account.MapRulePlan();

        account.MapAddresses();
        account.MapOwnedDomains();
        account.MapTransfer();

        account.MapQueue(zone);
        account.MapActivity(zone);
        account.MapAnalytics(zone);
        account.MapProviders();

        app.MapApiDocumentation();
        app.MapReference();
    }
}
