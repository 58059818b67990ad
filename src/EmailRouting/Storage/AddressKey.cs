using EmailRouting.Smtp;

namespace EmailRouting.Storage;

/// <summary>The text under which an address, or a local part, is stored once: what <see cref="EmailAddress"/> compares, as a database can compare it.</summary>
public static class AddressKey
{
    // Upper case, since that is how OrdinalIgnoreCase, with which the rules in memory compare, folds a character.
    public static string OfLocalPart(string localPart) => localPart.ToUpperInvariant();

    public static string Of(EmailAddress address) => $"{OfLocalPart(address.LocalPart)}@{address.Domain}";
}
