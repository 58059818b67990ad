using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using EmailRouting.Server.Hosting;
using EmailRouting.Server.Inbox;
using EmailRouting.Server.Smtp;
using EmailRouting.Smtp;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailRouting.Server.Cli;

/// <summary><c>send-test</c>: a small message to the running server, as a stranger would send it.</summary>
internal static class SendTestCommand
{
    private const int TimeoutMilliseconds = 60_000;

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
                string reply = await SendAsync(server, sender, recipient, cancellation);
                string look = ground.IsDevelopment
                    ? $"Look at {HttpEndpoints.Page(ground.Configuration["urls"] ?? HttpEndpoints.Default)}/inbox."
                    : $"Look in the inbox that {recipient} forwards to; 'rule test {recipient}' names it.";
                ground.Output.Write(
                    new { server = server.ToString(), from = sender.Text, to = recipient.Text, reply, look },
                    $"{server} took the message for {recipient}: {Printable.Line(reply)}{Environment.NewLine}{look}");
                return CommandLine.Done;
            });
    }

    private static async Task<string> SendAsync(IPEndPoint server, EmailAddress sender, EmailAddress recipient, CancellationToken cancellation)
    {
        using var client = new SmtpClient { Timeout = TimeoutMilliseconds, LocalDomain = "localhost" };
        using var message = new MimeMessage
        {
            Subject = "A test of your mail routing",
            Body = new TextPart("plain") { Text = $"This message was sent to {recipient} with send-test.\nThat you read it means that the way from there to here works.\n" },
        };
        message.From.Add(new MailboxAddress("EmailRouting test", sender.Text));
        message.To.Add(new MailboxAddress(null, recipient.Text));
        try
        {
            // The program talks to itself over this machine's own address.
            await client.ConnectAsync(server.Address.ToString(), server.Port, SecureSocketOptions.None, cancellation);
            string reply = await client.SendAsync(
                FormatOptions.Default, message, new MailboxAddress(null, sender.Text), [new MailboxAddress(null, recipient.Text)], cancellation);
            await client.DisconnectAsync(quit: true, cancellation);
            return $"250 {reply}";
        }
        catch (SmtpCommandException refusal)
        {
            throw new CommandException($"{server} refused the message for {recipient}: {(int)refusal.StatusCode} {refusal.Message}");
        }
        catch (SocketException)
        {
            throw new CommandException($"Nothing listens on {server} (Smtp:Listen): start the server, or give the Smtp:Listen that it runs with.");
        }
        catch (Exception failure) when (failure is SmtpProtocolException or IOException or TimeoutException)
        {
            throw new CommandException($"What listens on {server} (Smtp:Listen) did not answer like a mail server: {failure.Message}");
        }
        catch (Exception failure) when (failure is NotSupportedException or ParseException)
        {
            throw new CommandException($"The message to {recipient} cannot be sent: {failure.Message}");
        }
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
