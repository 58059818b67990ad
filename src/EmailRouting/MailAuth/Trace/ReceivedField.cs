using System.Globalization;
using System.Net;
using System.Text;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.MailAuth.Trace;

/// <summary>How a message came to us: what a <c>Received</c> line says.</summary>
/// <param name="ClientName">What the client called itself at EHLO: any text.</param>
/// <param name="ClientAddress">Where it connected from; a mapped IPv4 address is written as IPv4.</param>
/// <param name="Server">The name of this server.</param>
/// <param name="Protocol"><c>SMTP</c>, <c>ESMTP</c>, <c>ESMTPS</c>, <c>UTF8SMTP</c> … (RFC 3848, RFC 6531).</param>
/// <param name="Id">Named in our 250.</param>
/// <param name="Recipient">The alias where there is one recipient; null where naming one would tell the others.</param>
/// <param name="At">When it came.</param>
public sealed record ReceivedField(
    string ClientName, IPAddress ClientAddress, string Server, string Protocol, MailId Id, EmailAddress? Recipient, DateTimeOffset At)
{
    /// <summary>The field with its line end (RFC 5321 §4.4).</summary>
    public byte[] Compose()
    {
        IPAddress address = ClientAddress.IsIPv4MappedToIPv6 ? ClientAddress.MapToIPv4() : ClientAddress;
        string literal = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
        FoldedField field = new FoldedField("Received: ".Length)
            .Add("from").Add(TraceText.Name(ClientName)).Add($"({literal})")
            .AddLine("by").Add(TraceText.Name(Server)).Add("with").Add(TraceText.Name(Protocol)).Add("id").Add(Id.ToString());

        // An address beyond ASCII would make the whole header so.
        if (Recipient?.ToAscii() is { } recipient)
        {
            field.AddLine($"for <{recipient}>");
        }

        return Encoding.ASCII.GetBytes($"Received: {field.Close(';').AddLine(At.UtcDateTime.ToString("ddd, d MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture))}\r\n");
    }
}
