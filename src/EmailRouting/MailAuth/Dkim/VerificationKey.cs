using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>A public key out of a key record, fit to be used.</summary>
internal abstract record VerificationKey
{
    /// <summary>RFC 8301 §3.2: what a smaller key has signed is not signed.</summary>
    public const int MinRsaBits = 1024;

    /// <summary>RFC 8301 asks for 4096; more costs time that a stranger decides about.</summary>
    public const int MaxRsaBits = 8192;

    // The exponent is 65537 practically everywhere; a long one makes a verification as dear as a signature.
    private const int MaxExponentOctets = 4;

    private VerificationKey()
    {
    }

    /// <param name="digest">SHA-256 of what was signed.</param>
    /// <param name="signature">Any octets.</param>
    public abstract bool Verifies(ReadOnlySpan<byte> digest, byte[] signature);

    /// <returns>Null, or what is wrong with the key.</returns>
    public static string? TryReadRsa(byte[] der, out VerificationKey? key)
    {
        key = null;
        if (der.Length > (MaxRsaBits / 8) + 64)
        {
            return $"RSA key over {MaxRsaBits} bits";
        }

        using RSA rsa = RSA.Create();
        if (!TryImport(rsa, der))
        {
            return "unreadable RSA key";
        }

        if (rsa.KeySize is < MinRsaBits or > MaxRsaBits)
        {
            return $"RSA key of {rsa.KeySize} bits; {MinRsaBits} to {MaxRsaBits} are taken";
        }

        RSAParameters parameters = rsa.ExportParameters(includePrivateParameters: false);
        if (parameters.Exponent!.Length > MaxExponentOctets)
        {
            return "RSA key with a long exponent";
        }

        key = new Rsa(parameters);
        return null;
    }

    public static bool TryReadEd25519(byte[] octets, [NotNullWhen(true)] out VerificationKey? key)
    {
        // RFC 8463 §4: the bare 32 octets.
        key = octets.Length == Ed25519.PublicKeySize ? new EdwardsCurve(octets) : null;
        return key is not null;
    }

    // SubjectPublicKeyInfo is what everybody publishes; RSAPublicKey is what RFC 6376 §3.6.1 said before its erratum.
    private static bool TryImport(RSA rsa, byte[] der)
    {
        try
        {
            rsa.ImportSubjectPublicKeyInfo(der, out _);
            return true;
        }
        catch (CryptographicException)
        {
            // There is no import that says no in another way.
        }

        try
        {
            rsa.ImportRSAPublicKey(der, out _);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public sealed record Rsa(RSAParameters Parameters) : VerificationKey
    {
        // To make one takes twenty times as long as to verify with it. Nothing says that two may verify with the same at once, so each has its own meanwhile.
        private readonly ConcurrentBag<RSA> _idle = [];

        public override bool Verifies(ReadOnlySpan<byte> digest, byte[] signature)
        {
            try
            {
                if (!_idle.TryTake(out RSA? rsa))
                {
                    rsa = RSA.Create(Parameters);
                }

                bool isGenuine = rsa.VerifyHash(digest, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                _idle.Add(rsa);
                return isGenuine;
            }
            catch (CryptographicException)
            {
                // A modulus that is no modulus, such as an even one.
                return false;
            }
        }
    }

    public sealed record EdwardsCurve(byte[] PublicKey) : VerificationKey
    {
        public override bool Verifies(ReadOnlySpan<byte> digest, byte[] signature) =>
            signature.Length == Ed25519.SignatureSize && Ed25519.Verify(signature, 0, PublicKey, 0, digest.ToArray(), 0, digest.Length);
    }
}
