using System.Net.Sockets;
using System.Security.Cryptography;
using EmailRouting.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Hosting;

/// <summary>Why the server did not start, in one line for the person who started it; null for what is a bug and shows its stack.</summary>
internal static class StartFailure
{
    public static string? Explain(Exception failure) => failure switch
    {
        ConfigurationException e => e.Message,
        OptionsValidationException e => string.Join(Environment.NewLine, e.Failures),
        NewerDatabaseException e => e.Message,

        // The binder names key, value and type.
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } e => e.Message,
        IOException { InnerException: AddressInUseException } e => $"{e.Message} Another program listens there; stop it or change Smtp:Listen, Inbox:Listen or --urls.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "Smtp:Listen: this user may not listen on a port under 1024; run as root, grant CAP_NET_BIND_SERVICE, or listen on 2525",
        SocketException e => $"Smtp:Listen, Inbox:Listen or --urls: {e.Message}",
        CryptographicException e => $"Smtp:Certificate: {e.Message}; give PEM files of the chain and of its key as chain.pem;key.pem",
        UnauthorizedAccessException e => e.Message,
        IOException e => e.Message,
        _ => null,
    };
}
