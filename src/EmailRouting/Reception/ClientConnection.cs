using System.Net;

namespace EmailRouting.Reception;

/// <summary>The network's side of one conversation, as the listener sees it.</summary>
/// <param name="Client">Address and port of the client; a mapped IPv4 address is already unmapped.</param>
/// <param name="Server">Where it connected to.</param>
/// <param name="IsReset">Asks the socket whether the client has reset the connection. After a FIN the transport no longer says so by itself.</param>
/// <param name="IsClosed">Asks whether the client has closed or reset its side. It may still wait for replies; but it is then that it may come again.</param>
public sealed record ClientConnection(IPEndPoint Client, IPEndPoint Server, Func<bool> IsReset, Func<bool> IsClosed);
