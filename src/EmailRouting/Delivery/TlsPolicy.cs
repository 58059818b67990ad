namespace EmailRouting.Delivery;

/// <summary>What an outbound connection asks of STARTTLS.</summary>
public enum TlsPolicy
{
    /// <summary>TLS where it is offered and works, else clear text (RFC 7435).</summary>
    Opportunistic,

    /// <summary>TLS 1.2 or later, or no delivery; a smarthost's certificate is verified as well.</summary>
    Require,

    /// <summary>Clear text, even where TLS is offered. <c>smtps://</c> is TLS all the same.</summary>
    None,
}
