using System.Net;

namespace EmailRouting.MailAuth.Spf;

/// <summary>One mechanism of a record (RFC 7208 §5): a test of the client, and the result where it matches.</summary>
public abstract record SpfMechanism
{
    private SpfMechanism(SpfResult result, string text) => (Result, Text) = (result, text);

    /// <summary>What its qualifier says: <c>+</c> pass, <c>-</c> fail, <c>~</c> softfail, <c>?</c> neutral.</summary>
    public SpfResult Result { get; }

    /// <summary>As it stands in the record.</summary>
    public string Text { get; }

    public sealed record All(SpfResult Result, string Text) : SpfMechanism(Result, Text);

    public sealed record Include(SpfResult Result, string Text, MacroString Domain) : SpfMechanism(Result, Text);

    /// <param name="Result">Where it matches.</param>
    /// <param name="Text">As it stands in the record.</param>
    /// <param name="Domain">Null: the domain whose record it is; so with the other mechanisms.</param>
    /// <param name="Prefix4">Bits of an IPv4 address that count.</param>
    /// <param name="Prefix6">Bits of an IPv6 address that count.</param>
    public sealed record A(SpfResult Result, string Text, MacroString? Domain, int Prefix4, int Prefix6) : SpfMechanism(Result, Text);

    public sealed record Mx(SpfResult Result, string Text, MacroString? Domain, int Prefix4, int Prefix6) : SpfMechanism(Result, Text);

    /// <summary><c>ptr</c>: what the reverse zone calls the client, where it leads back to it. RFC 7208 §5.5 would rather not see it used.</summary>
    public sealed record ClientName(SpfResult Result, string Text, MacroString? Domain) : SpfMechanism(Result, Text);

    /// <summary><c>ip4</c> and <c>ip6</c>: the family of the address tells which.</summary>
    public sealed record Ip(SpfResult Result, string Text, IPAddress Network, int Prefix) : SpfMechanism(Result, Text);

    public sealed record Exists(SpfResult Result, string Text, MacroString Domain) : SpfMechanism(Result, Text);
}
