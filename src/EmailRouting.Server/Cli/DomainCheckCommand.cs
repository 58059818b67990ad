using System.CommandLine;
using EmailRouting.Diagnosis;
using EmailRouting.Rules;
using EmailRouting.Server.Diagnosis;

namespace EmailRouting.Server.Cli;

/// <summary><c>domain check</c>: the part of <c>doctor</c> that is about one domain.</summary>
internal static class DomainCheckCommand
{
    public static Command Build(CommandFrame frame)
    {
        var name = new Argument<string>("DOMAIN") { Description = "Such as example.com; internationalised names are welcome." };
        return frame.CommandWithoutDatabase("check", "Looks whether the mail of a domain comes here and has somewhere to go.", [name], async (parsed, ground, cancellation) =>
        {
            string domain = Name(parsed.GetRequiredValue(name));
            OperatorDatabase database = await OperatorDatabase.OpenAsync(ground.Directory, create: false, TimeProvider.System, cancellation);
            NetworkGround network = NetworkGround.From(ground.Configuration, ground.IsDevelopment)
                ?? throw new CommandException("The configuration cannot be used: 'doctor' says why.");
            return FindingOutput.Print(ground.Output, await LookAsync(network, database, domain, cancellation));
        });
    }

    /// <param name="network">Null leaves the DNS out.</param>
    /// <param name="database">The rules.</param>
    /// <param name="domain">A-labels.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyList<Finding>> LookAsync(NetworkGround? network, OperatorDatabase database, string domain, CancellationToken cancellation) =>
    [
        .. await new DomainRulesCheck(database).RunAsync(domain, cancellation),
        .. network is null ? [] : await new DomainMailCheck(network.Resolver, network.Identity).RunAsync(domain, cancellation),
    ];

    private static string Name(string text) =>
        DomainName.TryParse(text, out string? name) ? name : throw new CommandException($"'{text}' is not a domain name.");
}
