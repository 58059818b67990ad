using System.Net;
using EmailRouting.Server.Hosting;
using EmailRouting.Server.Smtp;
using EmailRouting.Web.Inbox;
using Microsoft.AspNetCore.Connections;

namespace EmailRouting.Server.Inbox;

/// <summary>In Development the mail goes nowhere but to an inbox in this process, so that a newcomer sees it arrive.</summary>
internal static class InboxHosting
{
    private const string Smarthost = "Delivery:Smarthost";
    private const string Listen = "Inbox:Listen";
    private const string Default = "127.0.0.1:2526";

    /// <summary>Call it before the delivery is added: where no smarthost is configured, the inbox becomes it.</summary>
    /// <exception cref="ConfigurationException"><c>Inbox:Listen</c> is not one host:port.</exception>
    public static void AddLocalInbox(this WebApplicationBuilder builder)
    {
        // A developer who has a smarthost, or has said by an empty value that there is none, gets the inbox only on request.
        bool hasSmarthost = builder.Configuration[Smarthost] is not null;
        string? listen = builder.Configuration[Listen] ?? (hasSmarthost ? null : Default);
        if (!builder.Environment.IsDevelopment() || string.IsNullOrEmpty(listen))
        {
            return;
        }

        IPEndPoint endpoint = SmtpEndpoints.Parse(Listen, listen) is [IPEndPoint single]
            ? single
            : throw new ConfigurationException($"{Listen}: '{listen}' names several endpoints; the local inbox has one, for example {Default}");
        if (!hasSmarthost)
        {
            builder.Configuration[Smarthost] = $"smtp://{Reachable.From(endpoint)}";
        }

        builder.Services.AddSingleton(new InboxEndpoint(endpoint));
        builder.Services.AddSingleton<LocalInbox>();
        builder.Services.AddSingleton<WayIn>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(endpoint, options => options.UseConnectionHandler<InboxConnectionHandler>()));
    }
}
