using System.CommandLine;
using System.Security.Cryptography;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Rules;

namespace EmailRouting.Server.Cli;

/// <summary><c>key show|next|rotate</c>: the keys with which domains sign.</summary>
internal static class KeyCommands
{
    public static Command Build(CommandFrame frame) => new("key", "The keys with which domains seal and sign.")
    {
        Key(frame, "show", "Shows the record of the key that signs for a name; makes the key where there is none.", static (keys, name) => keys.Get(name)),
        Key(frame, "next", "Makes the next key of a domain, and shows the record that is to be published before it signs.", static (keys, name) => keys.Prepare(name)),
        Key(frame, "rotate", "Has the next key of a domain sign from now on.", static (keys, name) =>
            keys.Rotate(name) ?? throw new CommandException($"There is no next key for {name}: 'key next {name}' makes one, and shows the record to publish.")),
    };

    private static Command Key(CommandFrame frame, string word, string description, Func<SigningKeys, string, SigningKey> act)
    {
        var argument = new Argument<string>("NAME") { Description = "A domain, or the name of this server." };
        return frame.Command(word, description, createsDatabase: false, [argument], (parsed, session, _) =>
        {
            string text = parsed.GetRequiredValue(argument);
            if (!DomainName.TryParse(text, out string? name))
            {
                throw new CommandException($"'{text}' is not a domain name.", CommandLine.WrongUsage);
            }

            try
            {
                SigningKey key = act(new SigningKeys(session.Directory, session.Clock), name);
                session.Output.Write(
                    new { domain = key.Domain, selector = key.Selector, name = key.RecordName, type = "TXT", content = key.RecordText },
                    $"{key.RecordName}. TXT \"{key.RecordText}\"");
                return Task.CompletedTask;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                throw new CommandException($"The keys of {name} cannot be used: {e.Message}");
            }
        });
    }
}
