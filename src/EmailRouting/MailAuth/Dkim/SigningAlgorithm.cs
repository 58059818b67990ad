namespace EmailRouting.MailAuth.Dkim;

/// <summary>What a signature is made with (RFC 8301, RFC 8463).</summary>
public enum SigningAlgorithm
{
    RsaSha256,
    Ed25519Sha256,
}

internal static class SigningAlgorithmText
{
    public static string Tag(this SigningAlgorithm algorithm) => algorithm == SigningAlgorithm.RsaSha256 ? "rsa-sha256" : "ed25519-sha256";
}
