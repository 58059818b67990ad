using System.Net;
using EmailRouting.Server.Tests.Harness;

namespace EmailRouting.Web.Tests;

/// <summary>Sends one mail, and takes whatever is said to it.</summary>
internal static class Sender
{
    /// <param name="server">Where to.</param>
    /// <param name="recipient">Of the envelope.</param>
    /// <param name="sender">Of the envelope; empty for none.</param>
    /// <param name="name">In EHLO.</param>
    /// <param name="subject">Of the message.</param>
    /// <returns>The last reply.</returns>
    public static async Task<string> SendAsync(IPEndPoint server, string recipient, string sender = "ann@sender.example", string name = "mail.sender.example", string subject = "Hello")
    {
        await using RawSmtpClient client = await RawSmtpClient.ConnectAsync(server);
        await client.CommandAsync($"EHLO {name}");
        await client.CommandAsync($"MAIL FROM:<{sender}>");
        string reply = await client.CommandAsync($"RCPT TO:<{recipient}>");
        if (reply.StartsWith('2'))
        {
            await client.CommandAsync("DATA");
            reply = await client.CommandAsync($"Subject: {subject}\r\n\r\nIt works.\r\n.");
        }

        await client.CommandAsync("QUIT");
        return reply;
    }
}
