using System.CommandLine;
using EmailRouting.Diagnosis;
using EmailRouting.Server.Diagnosis;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>doctor</c>: looks at all that must be right for mail to flow.</summary>
internal static class DoctorCommand
{
    public static Command Build(CommandFrame frame) =>
        frame.CommandWithoutDatabase("doctor", "Looks at configuration, data, ports, DNS and domains, and says what to mend.", [], async (_, ground, cancellation) =>
        {
            var findings = new List<Finding>();
            findings.AddRange(new ConfigurationCheck(ground.Configuration, ground.IsDevelopment).Run());
            findings.AddRange(new DataDirectoryCheck(ground.Directory).Run());
            NetworkGround? network = NetworkGround.From(ground.Configuration, ground.IsDevelopment);
            if (network is not null)
            {
                findings.AddRange(await new PortCheck(network.Endpoints, network.Identity.HostName, TimeProvider.System).RunAsync(cancellation));
                findings.AddRange(await new ResolverCheck(network.Resolver, network.Dns, TimeProvider.System).RunAsync(cancellation));
                findings.AddRange(await new HostNameCheck(network.Resolver, network.Identity, network.PublicAddresses).RunAsync(cancellation));
            }

            if (ground.Directory.HasDatabase && DirectoryOwner.IsCurrentUser(ground.Directory.Path))
            {
                OperatorDatabase database = await OperatorDatabase.OpenAsync(ground.Directory, create: false, TimeProvider.System, cancellation);
                foreach (string domain in await DomainsAsync(database, cancellation))
                {
                    findings.AddRange(await DomainCheckCommand.LookAsync(network, database, domain, cancellation));
                }
            }

            return FindingOutput.Print(ground.Output, findings);
        });

    private static async Task<List<string>> DomainsAsync(OperatorDatabase database, CancellationToken cancellation)
    {
        await using RulesDb db = database.CreateDbContext();
        return await db.Domains.OrderBy(d => d.Name).Select(d => d.Name).ToListAsync(cancellation);
    }
}
