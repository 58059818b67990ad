using System.CommandLine;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>domain add|set|policy|profile|enable|disable|list|remove|check</c>.</summary>
internal static class DomainCommands
{
    private const string On = "on";
    private const string Off = "off";

    public static Command Build(CommandFrame frame) => new("domain", "The domains that mail is received for.")
    {
        Add(frame),
        Set(frame),
        DomainPolicyCommand.Build(frame),
        Switch(frame, "enable", "Receives mail for a domain again.", enabled: true, "is received again"),
        Switch(frame, "disable", "Receives no mail for a domain until it is enabled again; its rules stay.", enabled: false, "is not received until it is enabled again"),
        DomainProfileCommand.Build(frame),
        List(frame),
        Remove(frame),
        DomainCheckCommand.Build(frame),
    };

    private static Command Add(CommandFrame frame)
    {
        Argument<string> name = Name();
        Option<string?> subAddressing = SubAddressing();
        Option<string?> policy = DomainPolicyCommand.Preset();
        return frame.Command("add", "Receives mail for a domain from now on.", createsDatabase: true, [name, subAddressing, policy], async (parsed, session, cancellation) =>
        {
            string domain = parsed.GetRequiredValue(name);
            RuleBook rules = DomainPolicyCommand.WordOf<PolicyPreset>(parsed.GetValue(policy)) is { } preset ? session.Rules.With(preset) : session.Rules;
            Edit edit = await rules.AddDomainAsync(domain, DomainState.Live, parsed.GetValue(subAddressing) == On, cancellation);
            session.Report(edit, $"Mail for {domain} is received from now on; each address needs a rule.");
        });
    }

    private static Command Set(CommandFrame frame)
    {
        Argument<string> name = Name();
        Option<string?> subAddressing = SubAddressing();
        var contact = new Option<string?>("--contact")
        {
            Description = "Who gets postmaster@ and abuse@ (a verified destination), or none to leave it to the rules.",
            HelpName = "EMAIL|none",
        };
        return frame.Command("set", "Changes the options of a domain.", createsDatabase: false, [name, subAddressing, contact], async (parsed, session, cancellation) =>
        {
            string domain = parsed.GetRequiredValue(name);
            if (parsed.GetValue(subAddressing) is null && parsed.GetValue(contact) is null)
            {
                throw new CommandException("Nothing to set: give --sub-addressing or --contact.", CommandLine.WrongUsage);
            }

            if (parsed.GetValue(contact) is { } email)
            {
                Edit edit = await session.Rules.SetContactAsync(domain, email == "none" ? null : email, cancellation);
                if (edit is Edit.Refused || parsed.GetValue(subAddressing) is null)
                {
                    session.Report(edit, $"{domain} is changed.");
                    return;
                }
            }

            session.Report(await session.Rules.SetSubAddressingAsync(domain, parsed.GetValue(subAddressing) == On, cancellation), $"{domain} is changed.");
        });
    }

    private static Command Switch(CommandFrame frame, string word, string description, bool enabled, string done)
    {
        Argument<string> name = Name();
        return frame.Command(word, description, createsDatabase: false, [name], async (parsed, session, cancellation) =>
        {
            string domain = parsed.GetRequiredValue(name);
            session.Report(await session.Rules.ChangeDomainAsync(domain, new DomainChange { Enabled = enabled }, cancellation), $"Mail for {domain} {done}.");
        });
    }

    private static Command List(CommandFrame frame) =>
        frame.Command("list", "Lists the domains.", createsDatabase: false, [], async (_, session, cancellation) =>
        {
            await using RulesDb db = session.Database.CreateDbContext();
            var rows = await db.Domains.OrderBy(d => d.Name).Select(d => new
            {
                d.Id,
                d.Name,
                d.State,
                d.Enabled,
                d.SubAddressing,
                d.Profile,
                Contact = d.Contact!.Address,
                Rules = db.Rules.Count(r => r.DomainId == d.Id),
                d.CreatedAt,
            }).ToListAsync(cancellation);
            var domains = rows.ConvertAll(d => new { Id = d.Id.ToString("N"), d.Name, d.State, d.Enabled, d.SubAddressing, Profile = d.Profile.Text(), d.Contact, d.Rules, d.CreatedAt });
            session.Output.Write(
                domains,
                ["DOMAIN", "STATE", "RULES", "SUB-ADDRESSING", "PROFILE", "CONTACT", "ID"],
                d => [d.Name, d.State != DomainState.Live ? "pending" : d.Enabled ? "live" : "disabled", $"{d.Rules}", d.SubAddressing ? On : Off, d.Profile, d.Contact ?? "-", d.Id]);
        });

    private static Command Remove(CommandFrame frame)
    {
        Argument<string> name = Name();
        return frame.Command("remove", "Receives no more mail for a domain, and removes its rules.", createsDatabase: false, [name], async (parsed, session, cancellation) =>
        {
            string domain = parsed.GetRequiredValue(name);
            session.Report(await session.Rules.RemoveDomainAsync(domain, cancellation), $"{domain} is removed, and so are its rules.");
        });
    }

    private static Argument<string> Name() => new("DOMAIN") { Description = "Such as example.com; internationalised names are welcome." };

    private static Option<string?> SubAddressing()
    {
        var option = new Option<string?>("--sub-addressing") { Description = "Whether user+tag@ falls back to the rule of user@.", HelpName = "on|off" };
        option.AcceptOnlyFromAmong(On, Off);
        return option;
    }
}
