namespace EmailRouting.Dns;

/// <summary>An answer fresh from a name server, and how long it may be kept.</summary>
internal sealed record Lookup<T>(DnsAnswer<T> Answer, TimeSpan Lifetime);
