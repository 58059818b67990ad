using System.Net;

namespace EmailRouting.Server.Smtp;

/// <summary>Where SMTP listens, as configured.</summary>
internal sealed record SmtpListeners(IReadOnlyList<IPEndPoint> Endpoints);
