using System.Net;
using EmailRouting.Network;
using EmailRouting.Rules;
using EmailRouting.Server.Inbox;
using EmailRouting.Server.Smtp;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using EmailRouting.Web.Account;

namespace EmailRouting.Server.Hosting;

/// <summary>The first thing a person sees: what runs where, and what to do next.</summary>
internal static class Banner
{
    public static void Print(IServiceProvider services)
    {
        var listeners = services.GetRequiredService<SmtpListeners>();
        string web = HttpEndpoints.Page(services.GetRequiredService<IConfiguration>()["urls"] ?? HttpEndpoints.Default);
        Console.WriteLine($"""

              EmailRouting {typeof(Banner).Assembly.GetName().Version?.ToString(3)} is {services.GetRequiredService<OwnIdentity>().HostName}
              SMTP  {string.Join("  ", listeners.Endpoints)}
              HTTP  {web}
              data  {services.GetRequiredService<DataDirectory>().Path}

            """);
        if (services.GetRequiredService<SetUpCode>().Code is { } code)
        {
            Console.WriteLine($"""
                  Nobody can sign in to the dashboard yet. Whoever opens this link becomes its owner:

                    {web}/setup?code={code}

                """);
        }

        if (services.GetService<InboxEndpoint>() is { } inbox)
        {
            PrintFirstSteps(services, listeners, inbox.Address, web);
        }
    }

    private static void PrintFirstSteps(IServiceProvider services, SmtpListeners listeners, IPEndPoint inbox, string web)
    {
        Console.WriteLine($"""
              Development: the local inbox listens on {inbox}. Read it at

                {web}/inbox

            """);

        // Whoever has removed the rule of the first run knows how to send mail.
        if (EmailAddress.TryParse(FirstRun.Alias, out EmailAddress? alias)
            && services.GetRequiredService<RuleSnapshot>().Current?.Resolve(alias, sender: null, services.GetRequiredService<TimeProvider>().GetUtcNow()) is RecipientDecision.Forward)
        {
            // At the margin: a terminal copies it as it stands.
            Console.WriteLine($"""
                  Send one:

                {TryLine.For(listeners)}

                """);
        }
    }
}
