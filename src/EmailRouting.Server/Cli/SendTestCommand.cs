using System.CommandLine;
using System.Net;
using EmailRouting.Diagnosis;
using EmailRouting.Server.Hosting;
using EmailRouting.Server.Inbox;
using EmailRouting.Server.Smtp;
using EmailRouting.Smtp;

namespace EmailRouting.Server.Cli;

/// <summary><c>send-test</c>: a small message to the running server, as a stranger would send it.</summary>
internal static class SendTestCommand
{
    public static Command Build(CommandFrame frame)
    {
        var to = new Argument<string>("ADDRESS") { Description = "An address on a domain of yours, such as hello@example.com." };
        var from = new Option<string?>("--from") { Description = "The sender; postmaster of the same domain unless told.", HelpName = "EMAIL" };
        return frame.CommandWithoutDatabase(
            "send-test",
            "Sends a small message to the running server.",
            [to, from],
            async (parsed, ground, cancellation) =>
            {
                EmailAddress recipient = Read(parsed.GetRequiredValue(to));
                EmailAddress sender = Read(parsed.GetValue(from) ?? $"postmaster@{recipient.Domain}");
                IPEndPoint server = Reachable.From(Endpoint(ground));
                (string? reply, string? problem) = await new TestMail(server).SendAsync(sender, recipient, cancellation);
                if (reply is null)
                {
                    throw new CommandException(problem!);
                }

                string look = ground.IsDevelopment
                    ? $"Look at {HttpEndpoints.Page(ground.Configuration["urls"] ?? HttpEndpoints.Default)}/inbox."
                    : $"Look in the inbox that {recipient} forwards to; 'rule test {recipient}' names it.";
                ground.Output.Write(
                    new { server = server.ToString(), from = sender.Text, to = recipient.Text, reply, look },
                    $"{server} took the message for {recipient}: {Printable.Line(reply)}{Environment.NewLine}{look}");
                return CommandLine.Done;
            });
    }

    private static IPEndPoint Endpoint(CommandGround ground)
    {
        string listen = ground.Configuration["Smtp:Listen"] is { Length: > 0 } configured ? configured
            : ground.IsDevelopment ? SmtpEndpoints.DevelopmentDefault
            : SmtpEndpoints.ProductionDefault;
        try
        {
            return SmtpEndpoints.Parse("Smtp:Listen", listen)[0];
        }
        catch (ConfigurationException failure)
        {
            throw new CommandException(failure.Message);
        }
    }

    private static EmailAddress Read(string text) => EmailAddress.TryParse(text, out EmailAddress? address)
        ? address
        : throw new CommandException($"'{text}' is not an address; write it like hello@example.com.", CommandLine.WrongUsage);
}
