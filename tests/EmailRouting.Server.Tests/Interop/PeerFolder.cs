using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailRouting.Testing;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>Where a foreign server keeps its files: temporary, and open to the users it runs as.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PeerFolder : IDisposable
{
    private const UnixFileMode Open = (UnixFileMode)0x1ED; // 0755

    public PeerFolder()
    {
        Root = Directory.CreateTempSubdirectory("peer-").FullName;
        File.SetUnixFileMode(Root, Open);
    }

    public string Root { get; }

    public string this[string name] => Path.Combine(Root, name);

    public string Add(string name, string? owner = null)
    {
        string path = Directory.CreateDirectory(this[name], Open).FullName;
        if (owner is not null)
        {
            Own(path, owner);
        }

        return path;
    }

    /// <summary>A certificate that nobody vouches for, as <c>cert.pem</c> and <c>key.pem</c>.</summary>
    public void AddCertificate(string host, string? owner = null)
    {
        using X509Certificate2 certificate = SelfSignedCertificate.For(host);
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(this["cert.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(this["key.pem"], key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(this["key.pem"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (owner is not null)
        {
            Own(this["key.pem"], owner);
        }
    }

    public string Read(string name) => File.Exists(this[name]) ? File.ReadAllText(this[name]) : "";

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void Own(string path, string owner)
    {
        using var chown = System.Diagnostics.Process.Start("chown", ["-R", owner, path]);
        chown.WaitForExit();
    }
}
