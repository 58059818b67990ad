using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace EmailRouting.MailAuth.Keys;

/// <summary>A private key with which one domain signs, for DKIM and ARC alike (rsa-sha256).</summary>
public sealed class SigningKey
{
    // An RSA object serves one thread at a time; as many are kept as have been used at once.
    private readonly ConcurrentBag<RSA> _idle = [];
    private readonly RSAParameters _parameters;

    internal SigningKey(string domain, string selector, RSAParameters parameters) => (Domain, Selector, _parameters) = (domain, selector, parameters);

    /// <summary><c>d=</c>, in lower-case A-labels.</summary>
    public string Domain { get; }

    /// <summary><c>s=</c></summary>
    public string Selector { get; }

    /// <summary>Where the public half is to be published, as a TXT record.</summary>
    public string RecordName => $"{Selector}._domainkey.{Domain}";

    /// <summary>The text of that record; over 255 octets, so it goes into a zone file as two strings.</summary>
    public string RecordText
    {
        get
        {
            using RSA rsa = RSA.Create(new RSAParameters { Modulus = _parameters.Modulus, Exponent = _parameters.Exponent });
            return $"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}";
        }
    }

    internal byte[] Sign(ReadOnlySpan<byte> data)
    {
        RSA rsa = _idle.TryTake(out RSA? idle) ? idle : RSA.Create(_parameters);
        byte[] signature = rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _idle.Add(rsa);
        return signature;
    }
}
