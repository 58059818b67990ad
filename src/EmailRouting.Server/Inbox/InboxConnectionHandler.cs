using System.Buffers;
using System.IO.Pipelines;
using EmailRouting.Smtp;
using EmailRouting.Web.Inbox;
using Microsoft.AspNetCore.Connections;

namespace EmailRouting.Server.Inbox;

/// <summary>Carries one connection to the local inbox: octets in, replies out.</summary>
internal sealed class InboxConnectionHandler(LocalInbox inbox, TimeProvider clock, IHostApplicationLifetime lifetime) : ConnectionHandler
{
    private static readonly SmtpReply Greeting = new(220, string.Empty, "inbox.test ESMTP local inbox");

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        var conversation = new InboxConversation(inbox, clock);
        try
        {
            Greeting.WriteTo(output);
            while (!conversation.HasEnded)
            {
                await output.FlushAsync(lifetime.ApplicationStopping);
                ReadResult read = await input.ReadAsync(lifetime.ApplicationStopping);
                ReadOnlySequence<byte> rest = conversation.Take(read.Buffer, output);
                input.AdvanceTo(rest.Start, read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }

            await output.FlushAsync(lifetime.ApplicationStopping);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The peer is gone or we stop: there is nobody to answer.
        }
    }
}
