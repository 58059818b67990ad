namespace EmailRouting.Testing;

/// <summary>What a <see cref="ScriptedNameServer"/> does with one question.</summary>
public abstract record NameServerReply
{
    private NameServerReply()
    {
    }

    /// <param name="Code">The response code: 0 is success, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED.</param>
    /// <param name="Lines">Each <c>owner TYPE data</c>: <c>example.com MX 10 mx.example.com</c>, or with a TTL <c>example.com@60 MX …</c>; a SOA (<c>com SOA 300</c>) goes among the authorities.</param>
    public sealed record Answer(int Code, params string[] Lines) : NameServerReply;

    /// <summary>Says over UDP that the answer does not fit, and gives it over TCP.</summary>
    public sealed record OnlyOverTcp(params string[] Lines) : NameServerReply;

    /// <summary>Says over UDP that the answer does not fit, and hangs up over TCP.</summary>
    public sealed record TruncatedForEver : NameServerReply;

    public sealed record Silence : NameServerReply;

    /// <summary>The octets as they are; where <paramref name="KeepsId"/>, after the id of the question.</summary>
    public sealed record Raw(byte[] Octets, bool KeepsId) : NameServerReply;
}
