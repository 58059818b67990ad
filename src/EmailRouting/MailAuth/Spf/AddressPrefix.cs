using System.Net;

namespace EmailRouting.MailAuth.Spf;

/// <summary>Whether two addresses begin alike.</summary>
internal static class AddressPrefix
{
    private const int MaxOctets = 16;

    /// <remarks>Not <see cref="IPNetwork"/>, which is made of an address with nothing behind the prefix: records have all kinds.</remarks>
    public static bool Covers(IPAddress network, int bits, IPAddress address)
    {
        Span<byte> mine = stackalloc byte[MaxOctets];
        Span<byte> other = stackalloc byte[MaxOctets];
        if (network.AddressFamily != address.AddressFamily
            || !network.TryWriteBytes(mine, out int length)
            || !address.TryWriteBytes(other, out _)
            || bits > length * 8)
        {
            return false;
        }

        int whole = bits / 8;
        int rest = 8 - (bits % 8);
        return mine[..whole].SequenceEqual(other[..whole]) && (rest == 8 || mine[whole] >> rest == other[whole] >> rest);
    }
}
