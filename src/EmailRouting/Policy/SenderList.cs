using System.Net;
using EmailRouting.Network;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Policy;

/// <summary>An allow and block list in memory: of one domain, or for all of them. Immutable.</summary>
public sealed class SenderList
{
    public static readonly SenderList Empty = new([]);

    private readonly Dictionary<string, ListedSender> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ListedSender>.AlternateLookup<ReadOnlySpan<char>> _domains;
    private readonly Dictionary<IPNetwork, ListedSender> _networks = [];
    private readonly int[] _prefixes;

    public SenderList(IReadOnlyCollection<ListedSender> entries)
    {
        var domains = new Dictionary<string, ListedSender>(StringComparer.Ordinal);
        foreach (ListedSender entry in entries)
        {
            switch (entry.Kind)
            {
                case ListedSenderKind.Address:
                    _addresses[entry.Value] = entry;
                    break;
                case ListedSenderKind.Domain:
                    domains[entry.Value] = entry;
                    break;
                default:
                    _networks[IPNetwork.Parse(entry.Value)] = entry;
                    break;
            }
        }

        // The longest first: what is said of one address is meant before what is said of its network.
        _prefixes = [.. _networks.Keys.Select(network => network.PrefixLength).Distinct().OrderDescending()];
        _domains = domains.GetAlternateLookup<ReadOnlySpan<char>>();
        IsEmpty = entries.Count == 0;
    }

    public bool IsEmpty { get; }

    /// <summary>
    /// The entry that decides; null where none is about this client or sender. One that allows goes before one that blocks; else the nearest: the address, its domain, the
    /// network of the client.
    /// </summary>
    /// <param name="client">Its address.</param>
    /// <param name="sender">Of the envelope: what the client says. Null is the null reverse-path.</param>
    public ListedSender? Find(IPAddress client, EmailAddress? sender)
    {
        if (IsEmpty)
        {
            return null;
        }

        ListedSender? address = sender is null ? null : _addresses.GetValueOrDefault(sender.Text);
        ListedSender? domain = sender is null ? null : OfDomain(sender.Domain);
        ListedSender? network = OfNetwork(client);
        return Allowing(address) ?? Allowing(domain) ?? Allowing(network) ?? address ?? domain ?? network;
    }

    private static ListedSender? Allowing(ListedSender? entry) => entry?.IsAllowed == true ? entry : null;

    private ListedSender? OfDomain(string domain)
    {
        ReadOnlySpan<char> name = domain;
        ListedSender? entry;
        while (!_domains.TryGetValue(name, out entry) && name.IndexOf('.') is >= 0 and int dot)
        {
            name = name[(dot + 1)..];
        }

        return entry;
    }

    private ListedSender? OfNetwork(IPAddress client)
    {
        int bits = ClientNetwork.Bits(client);
        foreach (int prefix in _prefixes)
        {
            if (prefix <= bits && _networks.TryGetValue(ClientNetwork.Of(client, prefix), out ListedSender? entry))
            {
                return entry;
            }
        }

        return null;
    }
}
