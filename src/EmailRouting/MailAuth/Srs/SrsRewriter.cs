using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Smtp;

namespace EmailRouting.MailAuth.Srs;

/// <summary>
/// Puts a sender into an address of our own domain, so that SPF finds us where we send, and takes it out again (Sender Rewriting Scheme, as libsrs2 and postsrsd
/// write it).
/// </summary>
/// <remarks>
/// <c>SRS0=HHHH=TT=domain=local@ours</c>: hash, day, and the sender. An address that another forwarder made is not wrapped again but guarded,
/// <c>SRS1=HHHH=theirs==HHHH=TT=domain=local@ours</c>, and goes back to that forwarder. The hash is over the rest in lower case, for local parts lose their case on
/// the way. Four characters of it stop a stranger from using us as a relay only together with what Reception sees to: nothing but reports from the null sender, and few.
/// </remarks>
public sealed class SrsRewriter(SrsSecrets secrets, TimeProvider clock)
{
    private const int HashLength = 4;

    /// <summary>The sender under our name; null where the result would be longer than an address may be, and the sender has to stay as it is.</summary>
    /// <param name="sender">Not the null sender, which is nobody's and passes SPF by the name of the server.</param>
    /// <param name="domain">Ours, in lower-case A-labels.</param>
    public EmailAddress? Rewrite(EmailAddress sender, string domain)
    {
        if (sender.Domain == domain)
        {
            return sender;
        }

        // An address literal of a kind that nobody has defined may hold our separator; nothing could tell where it ends.
        if (sender.Domain.Contains('=', StringComparison.Ordinal))
        {
            return null;
        }

        string localPart = sender.LocalPart;
        string rewritten;
        if (TryCutTag(localPart, "SRS1", out string? rest) && rest.Split('=', 3) is [_, var first, var opaque] && Guarded(first, opaque) is not null)
        {
            rewritten = $"SRS1={Hash(secrets.All[0], first, opaque)}={first}={opaque}";
        }
        else if (TryCutTag(localPart, "SRS0", out _))
        {
            // The separator stays with what is guarded, for only its maker knows what it chose.
            string theirs = localPart[4..];
            rewritten = $"SRS1={Hash(secrets.All[0], sender.Domain, theirs)}={sender.Domain}={theirs}";
        }
        else
        {
            string stamp = SrsDays.Stamp(clock.GetUtcNow());
            rewritten = $"SRS0={Hash(secrets.All[0], stamp, sender.Domain, localPart)}={stamp}={sender.Domain}={localPart}";
        }

        return Address(rewritten, domain);
    }

    /// <summary>The sender behind an address of one of our domains.</summary>
    public SrsAnswer Reverse(EmailAddress address)
    {
        string localPart = address.LocalPart;
        if (TryCutTag(localPart, "SRS0", out string? direct))
        {
            return ReverseDirect(direct);
        }

        return TryCutTag(localPart, "SRS1", out string? guarded) ? ReverseGuarded(guarded) : new SrsAnswer.NotSrs();
    }

    private SrsAnswer ReverseDirect(string text)
    {
        if (text.Split('=', 4) is not [var hash, var stamp, var domain, var localPart]
            || !IsOurs(hash, stamp, domain, localPart)
            || SrsDays.Age(stamp, clock.GetUtcNow()) is not { } age
            || Address(localPart, domain) is not { } sender)
        {
            return new SrsAnswer.Forged();
        }

        return age <= SrsDays.Lifetime
            ? new SrsAnswer.Reversed(sender) { Day = new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(-age) }
            : new SrsAnswer.Expired();
    }

    // It carries no day of ours: how long it lives is up to the forwarder that it goes back to.
    private SrsAnswer ReverseGuarded(string text) =>
        text.Split('=', 3) is [var hash, var domain, var opaque] && IsOurs(hash, domain, opaque) && Guarded(domain, opaque) is { } sender
            ? new SrsAnswer.Reversed(sender)
            : new SrsAnswer.Forged();

    /// <summary>The address of the forwarder that is guarded; null where there is none.</summary>
    private static EmailAddress? Guarded(string domain, string opaque) => opaque is ['=' or '+' or '-', ..] ? Address($"SRS0{opaque}", domain) : null;

    private bool IsOurs(string hash, params ReadOnlySpan<string> parts)
    {
        bool isOurs = false;
        byte[] given = Encoding.UTF8.GetBytes(hash.ToLowerInvariant());
        foreach (byte[] secret in secrets.All)
        {
            isOurs |= CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Hash(secret, parts).ToLowerInvariant()));
        }

        return isOurs;
    }

    // HMAC-SHA1 because the scheme says so; a collision of SHA-1 is of no use against it.
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The scheme's own; HMAC does not rest on collisions.")]
    private static string Hash(byte[] secret, params ReadOnlySpan<string> parts)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(parts).ToLowerInvariant());
        return Convert.ToBase64String(HMACSHA1.HashData(secret, text))[..HashLength];
    }

    /// <summary>What stands behind <c>SRS0=</c>; <c>+</c> and <c>-</c> separate too.</summary>
    private static bool TryCutTag(string localPart, string tag, [NotNullWhen(true)] out string? rest)
    {
        rest = localPart.Length > tag.Length && localPart.StartsWith(tag, StringComparison.OrdinalIgnoreCase) && localPart[tag.Length] is ('=' or '+' or '-')
            ? localPart[(tag.Length + 1)..]
            : null;
        return rest is not null;
    }

    /// <summary>Null where no such address can be written.</summary>
    private static EmailAddress? Address(string localPart, string domain)
    {
        if (EmailAddress.TryParse($"{localPart}@{domain}", out EmailAddress? plain) && plain.LocalPart == localPart)
        {
            return plain;
        }

        string quoted = localPart.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return EmailAddress.TryParse($"\"{quoted}\"@{domain}", out EmailAddress? address) ? address : null;
    }
}
