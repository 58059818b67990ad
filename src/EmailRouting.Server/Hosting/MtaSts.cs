using EmailRouting.Network;
using EmailRouting.Reception;
using EmailRouting.Rules;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Hosting;

/// <summary>Our own policy (RFC 8461 §3.3), for each live domain under <c>https://mta-sts.DOMAIN/.well-known/mta-sts.txt</c>.</summary>
/// <remarks>
/// The name and its certificate are the business of whoever stands before us with HTTPS, and the TXT record that announces the policy is the domain owner's. Without
/// one nobody asks, so the mode <c>none</c> is served too: it is how a policy that was announced before is taken back (§8.3).
/// </remarks>
internal static class MtaSts
{
    private const string Prefix = "mta-sts.";

    // As long as the world may hold us to it: while we try it out, no longer than a mistake may cost.
    private static readonly TimeSpan AgeOfTrial = TimeSpan.FromDays(1);
    private static readonly TimeSpan Age = TimeSpan.FromDays(7);

    public static void MapMtaSts(this WebApplication app) =>
        app.MapGet("/.well-known/mta-sts.txt", (HttpContext context, RuleSnapshot rules, OwnIdentity identity, IOptions<SmtpOptions> options) =>
            context.Request.Host.Host is var host
            && host.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && rules.Current?.IsOurDomain(host[Prefix.Length..]) == true
                ? Results.Text(Policy(options.Value.MtaSts, identity.HostName))
                : Results.NotFound());

    private static string Policy(MtaStsMode mode, string hostName) => mode switch
    {
        MtaStsMode.Enforce => $"version: STSv1\r\nmode: enforce\r\nmx: {hostName}\r\nmax_age: {Age.TotalSeconds}\r\n",
        MtaStsMode.Testing => $"version: STSv1\r\nmode: testing\r\nmx: {hostName}\r\nmax_age: {AgeOfTrial.TotalSeconds}\r\n",
        _ => $"version: STSv1\r\nmode: none\r\nmax_age: {AgeOfTrial.TotalSeconds}\r\n",
    };
}
