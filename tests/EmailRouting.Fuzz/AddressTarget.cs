using System.Text;
using EmailRouting.Smtp;

namespace EmailRouting.Fuzz;

/// <summary>An address keeps its text, has a lower-case ASCII domain, and its other spellings are the same address.</summary>
public sealed class AddressTarget : FuzzTarget
{
    public override string Name => "address";

    public override void Run(byte[] input, Random random)
    {
        string text = Encoding.UTF8.GetString(input);
        if (!EmailAddress.TryParse(text, out EmailAddress? address))
        {
            return;
        }

        Require(address.Text == text, "the text is what was written");
        Require(Encoding.UTF8.GetByteCount(text) <= EmailAddress.MaxLength, "the length is bounded");
        Require(!text.AsSpan().ContainsAnyInRange('\0', '\x1F'), "no control character is in an address");
        Require(Ascii.IsValid(address.Domain) && address.Domain.Length > 0, "the domain is ASCII");
        Require(!address.Domain.Any(char.IsAsciiLetterUpper), "the domain is lower case");
        Require(address.LocalPart.IsNormalized(), "the local part is in NFC");
        Require(address.IsAscii == Ascii.IsValid(text), "IsAscii is about the text");

        string? ascii = address.ToAscii();
        Require(ascii is null || Ascii.IsValid(ascii), "ToAscii is ASCII");
        Require(ascii is null || IsSameOrTooLong(ascii, address), "ToAscii is the same address");
        Require(IsSameOrTooLong(text[..DomainStart(address)] + address.Domain, address), "the domain reads back as itself");
    }

    // A-labels are longer than U-labels, and may be so by more than an address has room for.
    private static bool IsSameOrTooLong(string text, EmailAddress address) =>
        EmailAddress.TryParse(text, out EmailAddress? other) ? other == address : Encoding.UTF8.GetByteCount(text) > EmailAddress.MaxLength;

    // A general literal may hold an @ of its own, but then the literal's bracket comes before it.
    private static int DomainStart(EmailAddress address) =>
        address.Domain[0] == '[' ? address.Text.LastIndexOf('[') : address.Text.LastIndexOf('@') + 1;
}
