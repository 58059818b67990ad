using System.Net;

namespace EmailRouting.Server.Inbox;

/// <summary>Where the local inbox takes mail.</summary>
internal sealed record InboxEndpoint(IPEndPoint Address);
