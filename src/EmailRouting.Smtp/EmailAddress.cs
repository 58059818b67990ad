using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailRouting.Smtp;

/// <summary>A mailbox of an envelope (RFC 5321 §4.1.2, RFC 6531 §3.3). One that exists is valid; there is no empty address.</summary>
/// <remarks>
/// <see cref="Text"/> is what was written, to be sent on as it came. <see cref="LocalPart"/> and <see cref="Domain"/> are what it means:
/// quoting undone (<c>"hello"@x</c> is <c>hello@x</c>, §4.1.2) and normalised to NFC; the domain in lower-case A-labels or as an address literal.
/// The null reverse-path is a null reference, never an address.
/// </remarks>
public sealed record EmailAddress
{
    /// <summary>Octets of the whole address: a path of 256 (RFC 5321 §4.5.3.1.3) less its angle brackets.</summary>
    /// <remarks>
    /// The 64 octets of §4.5.3.1.1 are not held against a local part: bounce addresses that carry their recipient (VERP, SRS) are
    /// longer every day, and the section asks for no limit where none is needed.
    /// </remarks>
    public const int MaxLength = 254;

    private EmailAddress(string text, string localPart, string domain) =>
        (Text, LocalPart, Domain, IsAscii) = (text, localPart, domain, Ascii.IsValid(text));

    /// <summary><c>postmaster</c> without a domain, which every server knows (RFC 5321 §4.1.1.3). The only address whose domain is empty.</summary>
    public static EmailAddress Postmaster { get; } = new("postmaster", "postmaster", string.Empty);

    public string Text { get; }

    public string LocalPart { get; }

    public string Domain { get; }

    /// <summary>Whether <see cref="Text"/> can be sent to a host that does not offer SMTPUTF8.</summary>
    public bool IsAscii { get; }

    /// <summary>Reads an address as people write it: <c>local@domain</c>, no angle brackets, no display name, nothing around it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;

        // The first bound is cheap and keeps the count of octets from running over megabytes.
        if (text.Length > MaxLength || Encoding.UTF8.GetByteCount(text) > MaxLength)
        {
            return false;
        }

        int at = Smtp.LocalPart.Length(text);
        if (at < 0 || at >= text.Length || text[at] != '@')
        {
            return false;
        }

        if (!Smtp.LocalPart.TryRead(text[..at], out string? localPart) || !MailDomain.TryRead(text[(at + 1)..], out string? domain))
        {
            return false;
        }

        address = new EmailAddress(text.ToString(), localPart, domain);
        return true;
    }

    /// <summary>
    /// The address for a host without SMTPUTF8: <see cref="Text"/> with its domain in A-labels where only the domain is not ASCII;
    /// null where the local part is not, for such a mailbox has no ASCII name (RFC 6530 §8).
    /// </summary>
    public string? ToAscii()
    {
        if (IsAscii)
        {
            return Text;
        }

        // A non-ASCII address whose local part is ASCII has an IDN behind its last @: literals are always ASCII.
        int domain = Text.LastIndexOf('@') + 1;
        return Ascii.IsValid(Text.AsSpan(0, domain)) ? string.Concat(Text.AsSpan(0, domain), Domain) : null;
    }

    /// <summary>Two addresses are one where their meaning is: local parts and domains compare without case.</summary>
    public bool Equals(EmailAddress? other) =>
        other is not null
        && string.Equals(LocalPart, other.LocalPart, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Domain, other.Domain, StringComparison.Ordinal);

    public override int GetHashCode() => HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(LocalPart), Domain);

    public override string ToString() => Text;
}
