using System.Net;
using EmailRouting.Smtp;

namespace EmailRouting.MailAuth.Spf;

/// <summary>Whether this client may use this name: the arguments of check_host (RFC 7208 §4.1).</summary>
/// <param name="Identity">Which of its names is looked at.</param>
/// <param name="Client">Address of the SMTP client. An IPv4 address in IPv6 clothes counts as IPv4 (§5).</param>
/// <param name="Helo">What the client calls itself, as it came.</param>
/// <param name="LocalPart">Of the sender; empty counts as <c>postmaster</c> (§4.3).</param>
/// <param name="Domain">Of the sender.</param>
public sealed record SpfQuery(SpfIdentity Identity, IPAddress Client, string Helo, string LocalPart, string Domain)
{
    private const string Postmaster = "postmaster";

    /// <param name="client">Address of the SMTP client.</param>
    /// <param name="helo">What it calls itself.</param>
    /// <param name="sender">Null is the null reverse-path: then the name in HELO has to vouch for the client (§2.4).</param>
    public static SpfQuery OfMailFrom(IPAddress client, string helo, EmailAddress? sender) => sender is null
        ? new SpfQuery(SpfIdentity.MailFrom, client, helo, Postmaster, helo)
        : new SpfQuery(SpfIdentity.MailFrom, client, helo, sender.LocalPart, sender.Domain);

    public static SpfQuery OfHelo(IPAddress client, string helo) => new(SpfIdentity.Helo, client, helo, Postmaster, helo);

    /// <summary>As a check takes it: IPv4 unmapped, the local part never empty, no final dot.</summary>
    internal SpfQuery Normalised() => this with
    {
        Client = Client.IsIPv4MappedToIPv6 ? Client.MapToIPv4() : Client,
        LocalPart = LocalPart.Length == 0 ? Postmaster : LocalPart,
        Domain = Domain.EndsWith('.') ? Domain[..^1] : Domain,
    };
}
