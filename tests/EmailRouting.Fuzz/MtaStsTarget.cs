using System.Text;
using EmailRouting.Delivery;
using EmailRouting.Network;

namespace EmailRouting.Fuzz;

/// <summary>A policy of MTA-STS is read or not, holds for a bounded time, and lists each of its hosts but not its domain.</summary>
public sealed class MtaStsTarget : FuzzTarget
{
    public override string Name => "mta-sts";

    public override void Run(byte[] input, Random random)
    {
        string text = Encoding.UTF8.GetString(input);
        string? id = MtaStsRecord.IdOf([text, "v=spf1 -all"]);
        Require(id is null || (id.Length is > 0 and <= 32 && id.All(char.IsAsciiLetterOrDigit)), "an id is letters and digits");

        if (!MtaStsPolicy.TryParse(text, out MtaStsPolicy? policy))
        {
            return;
        }

        Require(policy.MaxAge >= TimeSpan.Zero && policy.MaxAge <= TimeSpan.FromDays(366), "a policy ends");
        Require(policy.Mode == MtaStsMode.None || !policy.Hosts.IsEmpty, "a policy in force lists a host");
        foreach (string pattern in policy.Hosts)
        {
            Require(Ascii.IsValid(pattern) && !pattern.AsSpan().ContainsAnyInRange('\0', ' '), "a host is printable");
            Require(policy.Lists(pattern.Replace("*", "mx1", StringComparison.Ordinal)), "what a policy lists is listed");
            Require(policy.Lists(pattern.Replace("*", "MX1", StringComparison.Ordinal).ToUpperInvariant()), "case does not matter");
        }

        string again = $"version: STSv1\nmode: enforce\nmax_age: 1\n{string.Concat(policy.Hosts.Select(host => $"mx: {host}\n"))}";
        Require(policy.Hosts.IsEmpty || (MtaStsPolicy.TryParse(again, out MtaStsPolicy? other) && other.Hosts.SequenceEqual(policy.Hosts)), "hosts read back");
    }
}
