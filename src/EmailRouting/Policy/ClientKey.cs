using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EmailRouting.Policy;

/// <summary>Eight octets that stand for a client and what it wants, in the tables of those who come back.</summary>
internal static class ClientKey
{
    // Nobody outside can find two keys that meet: what he would need to know is made anew at each start.
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(16);

    public static ulong Of(Guid domain, string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. Secret, .. domain.ToByteArray(), .. Encoding.UTF8.GetBytes(text)], digest);

        // 0 is a place that is free.
        return Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(digest));
    }
}
