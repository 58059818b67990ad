using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EmailRouting.Access;

/// <summary>Counts failed sign-ins per address, so that who guesses is turned away before anything is hashed.</summary>
/// <remarks>An IPv6 /64 is one address: a single machine has as many as it likes.</remarks>
public sealed class AttemptLimit(TimeProvider clock, int maxFailures)
{
    /// <summary>For keys to the API: programs that share an address, each with a mistyped key.</summary>
    public const int OfKeys = 60;

    /// <summary>For passwords and one-time codes: people mistype.</summary>
    public const int OfPeople = 10;

    private const int MaxAddresses = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, Failures> _failures = new();

    /// <summary>In a minute, from one address.</summary>
    public int MaxFailures => maxFailures;

    /// <returns>How long to wait; zero where the address may try.</returns>
    public TimeSpan Wait(IPAddress client)
    {
        if (!_failures.TryGetValue(Network(client), out Failures? failures) || failures.Count < maxFailures)
        {
            return TimeSpan.Zero;
        }

        TimeSpan left = failures.Since + Window - clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public void Failed(IPAddress client)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (_failures.Count >= MaxAddresses)
        {
            Forget(now);

            // A flood from more networks than this is not to take our memory as well.
            if (_failures.Count >= MaxAddresses && !_failures.ContainsKey(Network(client)))
            {
                return;
            }
        }

        _failures.AddOrUpdate(
            Network(client),
            static (_, now) => new Failures(now, 1),
            static (_, known, now) => now - known.Since > Window ? new Failures(now, 1) : known with { Count = known.Count + 1 },
            now);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach ((IPAddress address, Failures failures) in _failures)
        {
            if (now - failures.Since > Window)
            {
                _failures.TryRemove(address, out _);
            }
        }
    }

    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] octets = address.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }

    private sealed record Failures(DateTimeOffset Since, int Count);
}
