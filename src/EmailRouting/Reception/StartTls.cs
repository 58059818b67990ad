using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace EmailRouting.Reception;

/// <summary>TLS over a connection that began in clear text (RFC 3207).</summary>
internal sealed class StartTls : IDuplexPipe, IAsyncDisposable
{
    private readonly SslStream _stream;

    private StartTls(SslStream stream)
    {
        _stream = stream;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>For example <c>TLS1.3 TLS_AES_256_GCM_SHA384</c>.</summary>
    public string Description => $"{Name(_stream.SslProtocol)} {_stream.NegotiatedCipherSuite}";

    /// <summary>
    /// Makes the handshake. What a client sent in clear text after STARTTLS is taken for a part of it and ends in a failure, never in the parser.
    /// </summary>
    /// <exception cref="AuthenticationException">No handshake: not TLS, a version or cipher that is not offered.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static async Task<StartTls> UpgradeAsync(IDuplexPipe transport, TlsCertificate certificate, CancellationToken cancellation)
    {
        var stream = new SslStream(new DuplexPipeStream(transport), leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = certificate.Current,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    EncryptionPolicy = EncryptionPolicy.RequireEncryption,
                },
                cancellation);
            return new StartTls(stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        await Output.CompleteAsync();
        try
        {
            await _stream.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or CryptographicException)
        {
            // The client is gone already, or has sent what is no TLS: there is nobody to say goodbye to.
        }

        await _stream.DisposeAsync();
    }

    private static string Name(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLS1.2",
        SslProtocols.Tls13 => "TLS1.3",
        _ => protocol.ToString(),
    };
}
