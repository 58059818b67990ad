using EmailRouting.Diagnosis;
using EmailRouting.Server.Access;
using EmailRouting.Server.Inbox;
using EmailRouting.Server.Smtp;
using EmailRouting.Web;
using EmailRouting.Web.Addresses;
using EmailRouting.Web.Destinations;
using EmailRouting.Web.Queue;
using EmailRouting.Web.Seats;
using EmailRouting.Web.Transfer;
using EmailRouting.Web.You;
using MudBlazor;
using MudBlazor.Services;

namespace EmailRouting.Server.Hosting;

/// <summary>The pages of <c>EmailRouting.Web</c> in this process.</summary>
internal static class Dashboard
{
    // Styles in attributes and elements are how the component library places things; scripts come from files of ours alone.
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void AddDashboard(this WebApplicationBuilder builder)
    {
        // Files of libraries, also where the program was built and not published.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(options =>
        {
            options.DetailedErrors = builder.Environment.IsDevelopment();

            // Whoever comes back from lunch finds what he had typed.
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(10);
        });
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            options.SnackbarConfiguration.VisibleStateDuration = 6000;
            options.SnackbarConfiguration.ShowTransitionDuration = 100;
            options.SnackbarConfiguration.HideTransitionDuration = 100;
            options.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
        });
        builder.Services.AddScoped<Seat>();
        builder.Services.AddScoped<Self>();
        builder.Services.AddScoped<ViewerClock>();
        builder.Services.AddScoped<QueueDeeds>();
        builder.Services.AddSingleton<DomainAdding>();
        builder.Services.AddSingleton<LiveTurns>();
        builder.Services.AddScoped<RuleDeeds>();
        builder.Services.AddScoped<InboxDeeds>();
        builder.Services.AddScoped<Importing>();
        builder.Services.AddSingleton(services => new TestMail(Reachable.From(services.GetRequiredService<SmtpListeners>().Endpoints[0])));
        builder.Services.AddSignIn();
    }

    public static void MapDashboard(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            await next(context);
        });
        // A mistyped address in a browser gets a page; programs get the bare status.
        app.UseWhen(context => context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal), pages =>
            pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapSignIn();
        app.MapMessageFile();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}
