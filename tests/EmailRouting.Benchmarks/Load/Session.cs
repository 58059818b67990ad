using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EmailRouting.Benchmarks.Load;

/// <summary>One of the concurrent senders, and what it has seen.</summary>
internal sealed class Session(SendOptions options) : IDisposable
{
    private readonly LoadMail _mail = new(options.Size, options.SigningKey);
    private ClientConnection? _connection;

    public List<Sent> Taken { get; } = [];

    /// <summary>How long after its time each message was begun, where there is a rate.</summary>
    public List<TimeSpan> Late { get; } = [];

    public int Failed { get; private set; }

    /// <summary>When the first message failed, and by which reply.</summary>
    public (long At, string Why)? FirstFailure { get; private set; }

    /// <summary>Connects, so that the first message does not have to.</summary>
    public async Task PrepareAsync()
    {
        try
        {
            _connection = await ClientConnection.OpenAsync(options);
        }
        catch (Exception e) when (IsConnectionTrouble(e))
        {
            // The first message finds out.
        }
    }

    public async Task SendAsync(int number)
    {
        try
        {
            _connection ??= await ClientConnection.OpenAsync(options);
            Sent sent = await _connection.SendAsync(_mail, number);
            if (sent.Refusal is null)
            {
                Taken.Add(sent);
            }
            else
            {
                Fail(sent.Refusal);
            }

            if (!options.Reuse && _connection.IsUsable)
            {
                await _connection.QuitAsync();
            }

            if (!options.Reuse || !_connection.IsUsable)
            {
                Dispose();
            }
        }
        catch (Exception e) when (IsConnectionTrouble(e))
        {
            Dispose();
            Fail(e is OperationCanceledException ? "no reply for a minute" : e.Message);
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private static bool IsConnectionTrouble(Exception e) => e is IOException or SocketException or OperationCanceledException or AuthenticationException;

    private void Fail(string why)
    {
        Failed++;
        FirstFailure ??= (Stopwatch.GetTimestamp(), why);
    }
}
