using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EmailRouting.Delivery;

/// <summary>The one host that all mail goes through, where one is configured.</summary>
public sealed class Smarthost
{
    private const int SubmissionsPort = 465;
    private const int SmtpPort = 25;

    private Smarthost(string host, int port, bool isImplicitTls, NetworkCredential? credential) =>
        (Host, Port, IsImplicitTls, Credential) = (host, port, isImplicitTls, credential);

    /// <summary>A name or an address, without brackets.</summary>
    public string Host { get; }

    public int Port { get; }

    /// <summary><c>smtps://</c>: TLS from the first byte (RFC 8314 §3.3).</summary>
    public bool IsImplicitTls { get; }

    /// <summary>Null where nobody signs in.</summary>
    internal NetworkCredential? Credential { get; }

    /// <summary>Reads <c>smtp://</c> or <c>smtps://[user:password@]host[:port]</c>; what is special in a URL is written <c>%XX</c> in user and password.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Smarthost? smarthost)
    {
        smarthost = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            || uri.Scheme is not ("smtp" or "smtps")
            || uri.IdnHost.Length == 0
            || uri.PathAndQuery is not ("" or "/")
            || uri.Fragment.Length > 0
            || uri.Port == 0)
        {
            return false;
        }

        NetworkCredential? credential = null;
        if (uri.UserInfo.Length > 0)
        {
            int colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
            {
                return false;
            }

            credential = new NetworkCredential(Uri.UnescapeDataString(uri.UserInfo[..colon]), Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]));
        }

        bool isImplicitTls = uri.Scheme == "smtps";
        int port = uri.Port > 0 ? uri.Port : isImplicitTls ? SubmissionsPort : SmtpPort;
        smarthost = new Smarthost(uri.IdnHost.Trim('[', ']'), port, isImplicitTls, credential);
        return true;
    }

    /// <summary>What may be shown of a configured value, readable or not: everything but the password.</summary>
    public static string Masked(string text)
    {
        int start = text.IndexOf("//", StringComparison.Ordinal) is var slashes and >= 0 ? slashes + 2 : 0;
        int at = text.LastIndexOf('@');
        int colon = at > start ? text.IndexOf(':', start, at - start) : -1;
        return colon < 0 ? text : $"{text[..colon]}:***{text[at..]}";
    }

    /// <summary>Without the password.</summary>
    public override string ToString()
    {
        string scheme = IsImplicitTls ? "smtps" : "smtp";
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return Credential is { } credential ? $"{scheme}://{credential.UserName}:***@{host}:{Port}" : $"{scheme}://{host}:{Port}";
    }
}
