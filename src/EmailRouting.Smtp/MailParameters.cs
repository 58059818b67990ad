using System.Globalization;

namespace EmailRouting.Smtp;

/// <summary>The parameters of MAIL FROM that we offer: SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461).</summary>
public sealed record MailParameters
{
    // RFC 1870 §6 and RFC 3461 §5.4.
    private const int MaxSizeDigits = 20;
    private const int MaxEnvelopeId = 100;

    public static MailParameters None { get; } = new();

    /// <summary>Octets, as the client declared them; null where it did not.</summary>
    public long? Size { get; init; }

    /// <summary>Null where the client did not say.</summary>
    public BodyType? Body { get; init; }

    public bool SmtpUtf8 { get; init; }

    public DsnReturn? Return { get; init; }

    /// <summary>ENVID with its xtext undone; null where the client gave none.</summary>
    public string? EnvelopeId { get; init; }

    /// <returns>Null where all is well, else the reply that says what is not.</returns>
    internal static SmtpReply? Read(ReadOnlySpan<char> text, out MailParameters parameters)
    {
        parameters = None;
        long? size = null;
        BodyType? body = null;
        bool smtpUtf8 = false;
        DsnReturn? dsnReturn = null;
        string? envelopeId = null;

        var list = new ParameterList(text);
        bool isEmpty = true;
        while (list.MoveNext())
        {
            isEmpty = false;
            SmtpReply? refusal =
                list.Keyword.IsEmpty ? ParameterReply.Malformed
                : list.Is("SIZE") ? ReadSize(list, ref size)
                : list.Is("BODY") ? ReadBody(list, ref body)
                : list.Is("SMTPUTF8") ? ReadSmtpUtf8(list, ref smtpUtf8)
                : list.Is("RET") ? ReadReturn(list, ref dsnReturn)
                : list.Is("ENVID") ? ReadEnvelopeId(list, ref envelopeId)
                : ParameterReply.Unknown(list.Keyword);

            if (refusal is not null)
            {
                return refusal;
            }
        }

        if (!isEmpty)
        {
            parameters = new() { Size = size, Body = body, SmtpUtf8 = smtpUtf8, Return = dsnReturn, EnvelopeId = envelopeId };
        }

        return null;
    }

    private static SmtpReply? ReadSize(ParameterList list, ref long? size)
    {
        if (size is not null)
        {
            return ParameterReply.Duplicate("SIZE");
        }

        if (list.Value.Length is 0 or > MaxSizeDigits || list.Value.ContainsAnyExceptInRange('0', '9'))
        {
            return ParameterReply.BadValue("SIZE", "a number of octets");
        }

        // Twenty digits hold more than a long; more than a long is too large for anyone, which is for the session to say.
        size = long.TryParse(list.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long octets) ? octets : long.MaxValue;
        return null;
    }

    private static SmtpReply? ReadBody(ParameterList list, ref BodyType? body)
    {
        if (body is not null)
        {
            return ParameterReply.Duplicate("BODY");
        }

        // A body type of RFC 3030, which comes with CHUNKING or not at all.
        if (list.ValueIs("BINARYMIME"))
        {
            return new SmtpReply(555, "5.5.4", "BODY=BINARYMIME is not offered here");
        }

        body = list.ValueIs("7BIT") ? BodyType.SevenBit : list.ValueIs("8BITMIME") ? BodyType.EightBitMime : null;
        return body is null ? ParameterReply.BadValue("BODY", "7BIT or 8BITMIME") : null;
    }

    private static SmtpReply? ReadSmtpUtf8(ParameterList list, ref bool smtpUtf8)
    {
        if (smtpUtf8)
        {
            return ParameterReply.Duplicate("SMTPUTF8");
        }

        smtpUtf8 = list.Value.IsEmpty;
        return smtpUtf8 ? null : ParameterReply.BadValue("SMTPUTF8", "without a value");
    }

    private static SmtpReply? ReadReturn(ParameterList list, ref DsnReturn? dsnReturn)
    {
        if (dsnReturn is not null)
        {
            return ParameterReply.Duplicate("RET");
        }

        dsnReturn = list.ValueIs("FULL") ? DsnReturn.Full : list.ValueIs("HDRS") ? DsnReturn.Headers : null;
        return dsnReturn is null ? ParameterReply.BadValue("RET", "FULL or HDRS") : null;
    }

    private static SmtpReply? ReadEnvelopeId(ParameterList list, ref string? envelopeId)
    {
        if (envelopeId is not null)
        {
            return ParameterReply.Duplicate("ENVID");
        }

        if (list.Value.Length is 0 or > MaxEnvelopeId || !Xtext.TryDecode(list.Value, out envelopeId))
        {
            return ParameterReply.BadValue("ENVID", "xtext of at most 100 characters");
        }

        return null;
    }
}
