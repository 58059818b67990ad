using System.Net;
using System.Net.Sockets;
using EmailRouting.Smtp;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace EmailRouting.Diagnosis;

/// <summary>A small message to the running server, as a stranger would send it.</summary>
/// <param name="server">Where it can be reached from this machine.</param>
public sealed class TestMail(IPEndPoint server)
{
    // A name that is nobody's (RFC 6761 §6.4): no domain's policy says what may be sent for it.
    private const string Nobody = "test@emailrouting.invalid";
    private const int TimeoutMilliseconds = 60_000;

    public IPEndPoint Server => server;

    /// <param name="sender">Of the envelope and the message; null: from nobody, so that no policy for mail from outside stands against it.</param>
    /// <param name="recipient">On a domain of ours.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The server's reply, or in <c>Problem</c> why there was none or none that is good.</returns>
    public async Task<(string? Reply, string? Problem)> SendAsync(EmailAddress? sender, EmailAddress recipient, CancellationToken cancellation)
    {
        using var client = new SmtpClient { Timeout = TimeoutMilliseconds, LocalDomain = "localhost" };
        using var message = new MimeMessage
        {
            Subject = "A test of your mail routing",
            Body = new TextPart("plain") { Text = $"This is a test that was sent to {recipient}.\nThat you read it means that the way from there to here works.\n" },
        };
        message.From.Add(new MailboxAddress("EmailRouting test", sender?.Text ?? Nobody));
        message.To.Add(new MailboxAddress(null, recipient.Text));
        try
        {
            // The program talks to itself over this machine's own address.
            await client.ConnectAsync(server.Address.ToString(), server.Port, SecureSocketOptions.None, cancellation);
            string reply = await client.SendAsync(
                FormatOptions.Default, message, new MailboxAddress(null, sender?.Text ?? string.Empty), [new MailboxAddress(null, recipient.Text)], cancellation);
            await client.DisconnectAsync(quit: true, cancellation);
            return ($"250 {reply}", null);
        }
        catch (SmtpCommandException refusal)
        {
            return (null, $"{server} refused the message for {recipient}: {(int)refusal.StatusCode} {refusal.Message}");
        }
        catch (SocketException)
        {
            return (null, $"Nothing listens on {server} (Smtp:Listen): start the server, or give the Smtp:Listen that it runs with.");
        }
        catch (Exception failure) when (failure is SmtpProtocolException or IOException or TimeoutException)
        {
            return (null, $"What listens on {server} (Smtp:Listen) did not answer like a mail server: {failure.Message}");
        }
        catch (Exception failure) when (failure is NotSupportedException or ParseException)
        {
            return (null, $"The message to {recipient} cannot be sent: {failure.Message}");
        }
    }
}
