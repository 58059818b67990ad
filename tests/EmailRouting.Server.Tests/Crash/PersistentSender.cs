using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EmailRouting.Server.Tests.Harness;

namespace EmailRouting.Server.Tests.Crash;

/// <summary>A sender with a queue of its own: what got no 250, it sends again.</summary>
internal sealed class PersistentSender(string name, IPEndPoint server, ConcurrentBag<string> acknowledged)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private int _number;

    /// <summary>Sends one message after the other until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using RawSmtpClient client = await RawSmtpClient.GreetAsync(server);
                await SendAsync(client, stop);
            }
            catch (Exception e) when (e is IOException or SocketException or InvalidDataException or TimeoutException)
            {
                // The server was killed, or is not up again. The pause is between two tries to connect, not a wait for anything.
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private async Task SendAsync(RawSmtpClient client, CancellationToken stop)
    {
        // Ten to a connection: some kills are to meet a connection that is being made.
        for (int i = 0; i < 10 && !stop.IsCancellationRequested; i++)
        {
            string message = $"{name}-{_number}";
            string reply = await client.MailAsync(Arrivals.Message(message));
            if (!reply.StartsWith("250 ", StringComparison.Ordinal))
            {
                throw new InvalidDataException(reply);
            }

            acknowledged.Add(message);
            _number++;
        }
    }
}
