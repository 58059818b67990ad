using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EmailRouting.Network;

namespace EmailRouting.Delivery;

/// <summary>Which hosts may take mail for a domain, and how sure we have to be of them (RFC 8461 §3.2).</summary>
/// <param name="Mode">What is asked.</param>
/// <param name="MaxAge">How long the policy holds from when it was fetched.</param>
/// <param name="Hosts">Names in lower case; <c>*.example.com</c> is every name with one label more.</param>
internal sealed record MtaStsPolicy(MtaStsMode Mode, TimeSpan MaxAge, ImmutableArray<string> Hosts)
{
    // §3.2: about a year, in seconds.
    private const long MostSeconds = 31_557_600;
    private const int MaxDigits = 10;

    /// <param name="text">The file, whose lines end in CR LF or LF.</param>
    /// <param name="policy">Null where it is not a policy.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out MtaStsPolicy? policy)
    {
        policy = null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        ImmutableArray<string>.Builder hosts = ImmutableArray.CreateBuilder<string>();
        foreach (string line in text.Split('\n').Select(static line => line.TrimEnd('\r', ' ', '\t')).Where(static line => line.Length > 0))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                return false;
            }

            string name = line[..colon];
            string value = line[(colon + 1)..].Trim(' ', '\t');
            if (name == "mx")
            {
                hosts.Add(value.TrimEnd('.').ToLowerInvariant());
            }
            else
            {
                // Of a field that comes twice the first counts; one that nobody knows does not matter.
                fields.TryAdd(name, value);
            }
        }

        MtaStsMode? mode = fields.GetValueOrDefault("mode") switch
        {
            "none" => MtaStsMode.None,
            "testing" => MtaStsMode.Testing,
            "enforce" => MtaStsMode.Enforce,
            _ => null,
        };
        if (fields.GetValueOrDefault("version") == "STSv1"
            && mode is not null
            && fields.GetValueOrDefault("max_age") is { Length: > 0 and <= MaxDigits } age
            && long.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            && (hosts.Count > 0 || mode == MtaStsMode.None)
            && hosts.All(IsPattern))
        {
            policy = new MtaStsPolicy(mode.Value, TimeSpan.FromSeconds(Math.Min(seconds, MostSeconds)), hosts.ToImmutable());
        }

        return policy is not null;
    }

    /// <summary>Whether the policy lists the host (§4.1). The asterisk stands for one label, not for several and not for none.</summary>
    public bool Lists(string host)
    {
        host = host.TrimEnd('.');
        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return Hosts.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
            ? dot > 0 && host.AsSpan(dot).Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase)
            : host.Equals(pattern, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPattern(string pattern)
    {
        ReadOnlySpan<char> name = pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern.AsSpan(2) : pattern;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return name.Length > 0;
    }
}
