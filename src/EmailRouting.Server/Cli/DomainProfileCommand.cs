using System.CommandLine;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary><c>domain profile DOMAIN PROFILE</c>: what is done to the mail that is forwarded for a domain.</summary>
internal static class DomainProfileCommand
{
    public static Command Build(CommandFrame frame)
    {
        var name = new Argument<string>("DOMAIN") { Description = "Such as example.com; internationalised names are welcome." };
        var profile = new Argument<string>("PROFILE") { Description = $"One of: {ProfileWords.Allowed}, separated by commas." };
        return frame.Command("profile", "Says what is done to the mail that is forwarded for a domain.", createsDatabase: false, [name, profile], async (parsed, session, cancellation) =>
        {
            string domain = parsed.GetRequiredValue(name);
            if (!ProfileWords.TryParse(parsed.GetRequiredValue(profile), out ForwardingProfile? wanted))
            {
                throw new CommandException($"'{parsed.GetRequiredValue(profile)}' is no profile: {ProfileWords.Allowed}.", CommandLine.WrongUsage);
            }

            Edit edit = await session.Rules.ChangeDomainAsync(domain, new DomainChange { Profile = wanted }, cancellation);
            session.Report(edit, edit is not Edit.Done || wanted == ForwardingProfile.Transparent
                ? $"Mail for {domain} is forwarded as it comes."
                : $"Mail for {domain} is forwarded with the profile {wanted.Value.Text()}.{ToPublish(session, domain)}");
        });
    }

    /// <summary>The key is made here, so that its record can be published before the first seal; the server finds it.</summary>
    private static string ToPublish(CommandSession session, string domain)
    {
        if (!DomainName.TryParse(domain, out string? name))
        {
            return string.Empty;
        }

        SigningKey key = new SigningKeys(session.Directory, session.Clock).Get(name);
        return string.Join(Environment.NewLine, ["", "Publish, if they are not there yet:", $"  {name}. TXT \"v=spf1 mx ~all\"", $"  {key.RecordName}. TXT \"{key.RecordText}\""]);
    }
}
