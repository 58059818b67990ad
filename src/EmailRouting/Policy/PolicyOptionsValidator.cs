using Microsoft.Extensions.Options;

namespace EmailRouting.Policy;

/// <summary>Says what is wrong with the section <c>Policy</c>: the key, the value, what is allowed.</summary>
internal sealed class PolicyOptionsValidator : IValidateOptions<PolicyOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, PolicyOptions options)
    {
        List<string> failures = [];
        if (!Enum.IsDefined(options.Default))
        {
            failures.Add($"Policy:Default is '{options.Default}'; allowed: Off, Tag, Reject");
        }

        if (options.Rspamd.Length > 0 && !(Uri.TryCreate(options.Rspamd, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"))
        {
            failures.Add($"Policy:Rspamd is '{options.Rspamd}'; allowed: a URL such as http://127.0.0.1:11333, or nothing");
        }

        if (options.Patience < Shortest || options.Patience > Longest)
        {
            failures.Add($"Policy:Patience is '{options.Patience}'; allowed: {Shortest} to {Longest}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
