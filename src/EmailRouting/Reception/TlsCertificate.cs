using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailRouting.Network;
using EmailRouting.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Reception;

/// <summary>The certificate for STARTTLS: the configured one, read again when its files change, or a self-signed one of our own.</summary>
public sealed partial class TlsCertificate
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private readonly string _chainFile;
    private readonly string _keyFile;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile State _state;

    /// <exception cref="CryptographicException">The configured files hold no certificate with its key.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public TlsCertificate(IOptions<SmtpOptions> options, OwnIdentity identity, DataDirectory data, TimeProvider clock, ILogger<TlsCertificate> logger)
    {
        (_clock, _logger) = (clock, logger);
        if (options.Value.Certificate.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [string chain, string key])
        {
            (_chainFile, _keyFile) = (chain, key);
        }
        else
        {
            (_chainFile, _keyFile) = (Path.Combine(data.Path, "smtp-cert.pem"), Path.Combine(data.Path, "smtp-key.pem"));
            if (!File.Exists(_chainFile) || !File.Exists(_keyFile))
            {
                MakeSelfSigned(identity.HostName, clock.GetUtcNow());
            }
        }

        _state = Load();
    }

    /// <summary>The certificate with its chain, as the files hold it now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            State state = _state;
            DateTimeOffset now = _clock.GetUtcNow();
            if (now - state.LookedAt >= LookAgainAfter)
            {
                lock (_lock)
                {
                    state = _state = Refresh(_state, now);
                }
            }

            return state.Context;
        }
    }

    private State Refresh(State state, DateTimeOffset now)
    {
        if (Changed() == state.Changed)
        {
            return state with { LookedAt = now };
        }

        try
        {
            State fresh = Load();
            Log.Reloaded(_logger, _chainFile);
            return fresh;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Half a renewal: the key may be written a moment after the chain. Keep what works, look again.
            Log.NotReloaded(_logger, _chainFile, e.Message);
            return state with { LookedAt = now };
        }
    }

    private State Load()
    {
        (DateTime, DateTime) changed = Changed();
        using X509Certificate2 fromPem = X509Certificate2.CreateFromPemFile(_chainFile, _keyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_chainFile);

        // A key that lives only in memory is not usable everywhere; through PKCS#12 it is.
        X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), password: null);
        return new State(SslStreamCertificateContext.Create(certificate, chain, offline: true), changed, _clock.GetUtcNow());
    }

    private (DateTime Chain, DateTime Key) Changed() => (File.GetLastWriteTimeUtc(_chainFile), File.GetLastWriteTimeUtc(_keyFile));

    private void MakeSelfSigned(string hostName, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hostName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(hostName, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(hostName);
        }

        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));

        WritePrivate(_keyFile, key.ExportPkcs8PrivateKeyPem());
        WritePrivate(_chainFile, certificate.ExportCertificatePem());
        Log.SelfSigned(_logger, _chainFile, hostName);
    }

    private static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }

    private sealed record State(SslStreamCertificateContext Context, (DateTime Chain, DateTime Key) Changed, DateTimeOffset LookedAt);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "No certificate is configured (Smtp:Certificate): made a self-signed one for {HostName} in {File}")]
        public static partial void SelfSigned(ILogger logger, string file, string hostName);

        [LoggerMessage(EventId = 1102, Level = LogLevel.Information, Message = "The certificate in {File} has changed and is in use")]
        public static partial void Reloaded(ILogger logger, string file);

        [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "The certificate in {File} has changed but cannot be used, the one before stays: {Reason}")]
        public static partial void NotReloaded(ILogger logger, string file, string reason);
    }
}
