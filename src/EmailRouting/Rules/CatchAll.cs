namespace EmailRouting.Rules;

/// <summary>The rule for every other address of a domain, which clients of the API know by an id before it is there.</summary>
public static class CatchAll
{
    /// <summary>The domain's id with the lowest bit of its last byte flipped: no two domains share it, and nothing needs to be stored for it.</summary>
    /// <remarks>Of the catch-all for mail from anybody. One that was made before ids were fixed keeps its own.</remarks>
    public static Guid IdOf(Guid domain)
    {
        Span<byte> bytes = stackalloc byte[16];
        domain.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[15] ^= 1;
        return new Guid(bytes, bigEndian: true);
    }
}
