using System.Collections.Concurrent;
using System.Net;
using EmailRouting.Network;
using EmailRouting.Smtp;

namespace EmailRouting.Reception;

/// <summary>How many connections there may be, in all and from one address.</summary>
internal sealed class ConnectionLimits(SmtpOptions options)
{
    private readonly NetworkList _exempt = NetworkList.TryParse(options.LimitExempt, out NetworkList? networks, out _) ? networks : NetworkList.Empty;
    private readonly ConcurrentDictionary<IPNetwork, int> _perAddress = new();
    private int _all;

    /// <summary>Whether limits per client do not apply to it.</summary>
    public bool IsExempt(IPAddress client) => _exempt.Contains(client);

    /// <summary>Null, and the connection is counted until <see cref="Leave"/>; else the reply to turn it away with.</summary>
    public SmtpReply? Enter(IPAddress client)
    {
        if (Interlocked.Increment(ref _all) > options.MaxConnections)
        {
            Interlocked.Decrement(ref _all);
            return Replies.TooManyConnections;
        }

        if (!_exempt.Contains(client) && _perAddress.AddOrUpdate(ClientNetwork.OfClient(client), 1, static (_, count) => count + 1) > options.MaxConnectionsPerAddress)
        {
            Leave(client);
            return Replies.TooManyFromYou;
        }

        return null;
    }

    public void Leave(IPAddress client)
    {
        Interlocked.Decrement(ref _all);
        if (_exempt.Contains(client))
        {
            return;
        }

        IPNetwork group = ClientNetwork.OfClient(client);
        int left = _perAddress.AddOrUpdate(group, 0, static (_, count) => count - 1);
        if (left <= 0)
        {
            // Only where it is still zero: another connection may have entered in between.
            _perAddress.TryRemove(new KeyValuePair<IPNetwork, int>(group, left));
        }
    }
}
