using EmailRouting.Activity;
using EmailRouting.Delivery;
using EmailRouting.Diagnosis;
using EmailRouting.Dns;
using EmailRouting.Queue;
using EmailRouting.Reception;
using EmailRouting.Server.Hosting;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Diagnosis;

/// <summary>Whether the server would start with this configuration: the same validators, section by section.</summary>
internal sealed class ConfigurationCheck(IConfiguration configuration, bool isDevelopment)
{
    private const string Why = "The server does not start with a setting that it cannot use.";

    public IReadOnlyList<Finding> Run()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDns(configuration);
        services.AddDelivery(configuration);
        services.AddQueue(configuration);
        services.AddActivity(configuration);
        services.AddOptions<SmtpOptions>().Bind(configuration.GetSection(SmtpOptions.Section));
        services.AddSingleton<IValidateOptions<SmtpOptions>, SmtpOptionsValidator>();
        using ServiceProvider provider = services.BuildServiceProvider();
        return
        [
            .. Section<SmtpOptions>(provider, SmtpOptions.Section),
            .. Setting("Smtp:Listen", static (smtp, dev) => string.Join("; ", SmtpSettings.Endpoints(smtp, dev))),
            .. Setting("Smtp:HostName", static (smtp, dev) => HostNames.Resolve(smtp.HostName, dev)),
            .. Setting("Smtp:PublicAddresses", static (smtp, _) => SmtpSettings.PublicAddresses(smtp) is { Count: > 0 } list ? string.Join("; ", list) : "none"),
            .. Section<DeliveryOptions>(provider, DeliveryOptions.Section),
            .. Section<QueueOptions>(provider, QueueOptions.Section),
            .. Section<DnsOptions>(provider, DnsOptions.Section),
            .. Section<ActivityOptions>(provider, ActivityOptions.Section),
        ];
    }

    private static IReadOnlyList<Finding> Section<T>(IServiceProvider provider, string name)
        where T : class
    {
        try
        {
            _ = provider.GetRequiredService<IOptions<T>>().Value;
            return [Finding.Ok($"configuration {name}", "every setting can be used")];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures.Select(failure => Broken(name, failure))];
        }
        catch (InvalidOperationException e)
        {
            // The binder: a number where there is none.
            return [Broken(name, e.Message)];
        }
    }

    private IReadOnlyList<Finding> Setting(string key, Func<SmtpOptions, bool, string> read)
    {
        try
        {
            SmtpOptions smtp = configuration.GetSection(SmtpOptions.Section).Get<SmtpOptions>() ?? new SmtpOptions();
            return [Finding.Ok($"configuration {key}", read(smtp, isDevelopment))];
        }
        catch (ConfigurationException e)
        {
            return [Broken(key, e.Message)];
        }
        catch (InvalidOperationException)
        {
            // The section as a whole has said it.
            return [];
        }
    }

    private static Finding Broken(string key, string failure) => Finding.Fail(
        $"configuration {key}", failure, Why, $"Change it in appsettings.json, in the environment ({key.Split(':')[0]}__…) or on the command line.");
}
