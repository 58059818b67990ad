using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace EmailRouting.Server.Verification;

/// <summary>The secret in a verification mail: which destination, which asking, until when. Sealed with the installation's own keys, so that it can only come from here.</summary>
internal sealed class VerificationLink(IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const int NonceBytes = 16;
    private readonly IDataProtector _seal = protection.CreateProtector("EmailRouting.Verification.1");

    public static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));

    /// <returns>For a URL.</returns>
    public string Seal(Guid destination, string nonce)
    {
        byte[] plain = new byte[16 + sizeof(long) + Encoding.ASCII.GetByteCount(nonce)];
        destination.TryWriteBytes(plain, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(16), (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        Encoding.ASCII.GetBytes(nonce, plain.AsSpan(16 + sizeof(long)));
        return Base64Url.EncodeToString(_seal.Protect(plain));
    }

    /// <summary>False for what is forged, damaged or too old.</summary>
    public bool TryOpen(string text, out Guid destination, out string nonce)
    {
        (destination, nonce) = (Guid.Empty, string.Empty);
        try
        {
            // Nothing of ours is longer.
            byte[] plain = text.Length > 1000 || !Base64Url.IsValid(text) ? [] : _seal.Unprotect(Base64Url.DecodeFromChars(text));
            if (plain.Length <= 16 + sizeof(long) || clock.GetUtcNow().ToUnixTimeSeconds() > BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(16)))
            {
                return false;
            }

            destination = new Guid(plain.AsSpan(0, 16), bigEndian: true);
            nonce = Encoding.ASCII.GetString(plain.AsSpan(16 + sizeof(long)));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
