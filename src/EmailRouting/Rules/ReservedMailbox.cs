namespace EmailRouting.Rules;

/// <summary>The mailboxes that every domain has, whatever its rules say (invariant 9; RFC 5321 §4.5.1, RFC 2142).</summary>
internal static class ReservedMailbox
{
    public static bool Is(ReadOnlySpan<char> localPart) =>
        localPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase) || localPart.Equals("abuse", StringComparison.OrdinalIgnoreCase);
}
