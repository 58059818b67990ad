using Microsoft.Extensions.Options;

namespace EmailRouting.Dns;

/// <summary>Says what is wrong with the section <c>Dns</c>: the key, the value, what is allowed.</summary>
internal sealed class DnsOptionsValidator : IValidateOptions<DnsOptions>
{
    public ValidateOptionsResult Validate(string? name, DnsOptions options)
    {
        List<string> failures = [];
        if (!options.TryReadServers(out _, out string? unreadable))
        {
            failures.Add($"Dns:Servers has '{unreadable}'; allowed: addresses such as 192.0.2.53:53 or [2001:db8::53]:53, separated by ';', or nothing for the system's servers");
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromMinutes(1))
        {
            failures.Add($"Dns:Timeout is '{options.Timeout}'; allowed: more than 00:00:00, up to 00:01:00");
        }

        if (options.Retries is < 0 or > 10)
        {
            failures.Add($"Dns:Retries is '{options.Retries}'; allowed: 0 to 10");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
