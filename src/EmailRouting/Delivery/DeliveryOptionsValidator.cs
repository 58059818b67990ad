using EmailRouting.Network;
using Microsoft.Extensions.Options;

namespace EmailRouting.Delivery;

/// <summary>Says what is wrong with the section <c>Delivery</c>: the key, the value, what is allowed.</summary>
internal sealed class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        List<string> failures = [];
        if (options.Smarthost.Length > 0 && !Smarthost.TryParse(options.Smarthost, out _))
        {
            failures.Add($"Delivery:Smarthost is '{Smarthost.Masked(options.Smarthost)}'; allowed: smtp://host:port or smtps://user:password@host:port (special characters as %XX), or nothing");
        }

        if (!NetworkList.TryParse(options.AllowedNetworks, out _, out string? unreadable))
        {
            failures.Add($"Delivery:AllowedNetworks has '{unreadable}'; allowed: networks such as 192.168.1.0/24 or fd00::/8, separated by ';'");
        }

        InRange(nameof(options.Port), options.Port, 1, 65535);
        InRange(nameof(options.MaxConnectionsPerHost), options.MaxConnectionsPerHost, 1, 10_000);
        InRange(nameof(options.MaxAttemptsPerHost), options.MaxAttemptsPerHost, 1, 100_000);
        InRange(nameof(options.MaxMessagesPerMinute), options.MaxMessagesPerMinute, 0, 1_000_000);
        InRange(nameof(options.MaxMessagesPerConnection), options.MaxMessagesPerConnection, 1, 1_000_000);
        Positive(nameof(options.Budget), options.Budget);
        Positive(nameof(options.IdleConnection), options.IdleConnection);
        Positive(nameof(options.ConnectTimeout), options.ConnectTimeout);
        Positive(nameof(options.GreetingTimeout), options.GreetingTimeout);
        Positive(nameof(options.CommandTimeout), options.CommandTimeout);
        Positive(nameof(options.DataBlockTimeout), options.DataBlockTimeout);
        Positive(nameof(options.FinalDotTimeout), options.FinalDotTimeout);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void InRange(string key, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                failures.Add($"Delivery:{key} is '{value}'; allowed: {least} to {most}");
            }
        }

        void Positive(string key, TimeSpan value)
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
            {
                failures.Add($"Delivery:{key} is '{value}'; allowed: more than 00:00:00, up to 01:00:00");
            }
        }
    }
}
