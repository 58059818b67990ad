namespace EmailRouting.MailAuth;

/// <summary>Where one field lies in a header.</summary>
/// <param name="Name">Lower case; empty for a line that is no field.</param>
/// <param name="Start">Offset of its first octet.</param>
/// <param name="Colon">Offset of its colon, from <paramref name="Start"/>.</param>
/// <param name="Length">Octets with the CR LF that ends it, where there is one.</param>
internal readonly record struct MessageField(string Name, int Start, int Colon, int Length);
