using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailRouting.Testing;

/// <summary>An authority that a test trusts, and nobody else.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;
    private int _serial;

    public TestAuthority()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _root = request.CreateSelfSigned(now.AddDays(-10), now.AddDays(10));
    }

    public X509Certificate2Collection Roots => [X509CertificateLoader.LoadCertificate(_root.RawData)];

    /// <summary>For these names, asterisks allowed.</summary>
    public X509Certificate2 Issue(params string[] hosts) => Issue(TimeProvider.System.GetUtcNow().AddDays(1), hosts);

    public X509Certificate2 IssueExpired(params string[] hosts) => Issue(TimeProvider.System.GetUtcNow().AddDays(-1), hosts);

    public void Dispose() => _root.Dispose();

    private X509Certificate2 Issue(DateTimeOffset until, string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=issued", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string host in hosts)
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(_root, until.AddDays(-5), until, [1, (byte)Interlocked.Increment(ref _serial)]);
        return certificate.CopyWithPrivateKey(key);
    }
}
