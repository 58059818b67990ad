using DnsClient;

namespace EmailRouting.Dns;

/// <summary>What is asked: a name and a type. Names compare without case (RFC 4343).</summary>
/// <param name="Type">Which records.</param>
/// <param name="Name">Without the final dot.</param>
internal readonly record struct Question(QueryType Type, string Name)
{
    public bool Equals(Question other) => Type == other.Type && string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => HashCode.Combine(Type, StringComparer.OrdinalIgnoreCase.GetHashCode(Name));
}
