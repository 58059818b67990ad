using System.Text;

namespace EmailRouting.Smtp;

/// <summary>The parameters of RCPT TO that we offer: NOTIFY and ORCPT (RFC 3461).</summary>
public sealed record RcptParameters
{
    // RFC 3461 §5.4.
    private const int MaxOriginalRecipient = 500;

    public static RcptParameters None { get; } = new();

    /// <summary>Null where the client did not say; then a failure is reported and nothing else.</summary>
    public DsnNotify? Notify { get; init; }

    /// <summary>ORCPT as sent, <c>rfc822;xtext</c>; null where the client gave none.</summary>
    public string? OriginalRecipient { get; init; }

    /// <returns>Null where all is well, else the reply that says what is not.</returns>
    internal static SmtpReply? Read(ReadOnlySpan<char> text, out RcptParameters parameters)
    {
        parameters = None;
        DsnNotify? notify = null;
        string? originalRecipient = null;

        var list = new ParameterList(text);
        bool isEmpty = true;
        while (list.MoveNext())
        {
            isEmpty = false;
            SmtpReply? refusal =
                list.Keyword.IsEmpty ? ParameterReply.Malformed
                : list.Is("NOTIFY") ? ReadNotify(list, ref notify)
                : list.Is("ORCPT") ? ReadOriginalRecipient(list, ref originalRecipient)
                : ParameterReply.Unknown(list.Keyword);

            if (refusal is not null)
            {
                return refusal;
            }
        }

        if (!isEmpty)
        {
            parameters = new() { Notify = notify, OriginalRecipient = originalRecipient };
        }

        return null;
    }

    private static SmtpReply? ReadNotify(ParameterList list, ref DsnNotify? notify)
    {
        if (notify is not null)
        {
            return ParameterReply.Duplicate("NOTIFY");
        }

        notify = list.ValueIs("NEVER") ? DsnNotify.Never : ReadNotifyList(list.Value);
        return notify is null ? ParameterReply.BadValue("NOTIFY", "NEVER or a list of SUCCESS, FAILURE and DELAY") : null;
    }

    private static DsnNotify? ReadNotifyList(ReadOnlySpan<char> value)
    {
        DsnNotify notify = default;
        foreach (Range part in value.Split(','))
        {
            DsnNotify? one = value[part] switch
            {
                var word when word.Equals("SUCCESS", StringComparison.OrdinalIgnoreCase) => DsnNotify.Success,
                var word when word.Equals("FAILURE", StringComparison.OrdinalIgnoreCase) => DsnNotify.Failure,
                var word when word.Equals("DELAY", StringComparison.OrdinalIgnoreCase) => DsnNotify.Delay,
                _ => null,
            };

            if (one is null)
            {
                return null;
            }

            notify |= one.Value;
        }

        return notify;
    }

    private static SmtpReply? ReadOriginalRecipient(ParameterList list, ref string? originalRecipient)
    {
        if (originalRecipient is not null)
        {
            return ParameterReply.Duplicate("ORCPT");
        }

        if (list.Value.Length > MaxOriginalRecipient || !IsOriginalRecipient(list.Value))
        {
            return ParameterReply.BadValue("ORCPT", "an address type, a semicolon and xtext");
        }

        originalRecipient = list.Value.ToString();
        return null;
    }

    private static bool IsOriginalRecipient(ReadOnlySpan<char> value)
    {
        int semicolon = value.IndexOf(';');
        if (semicolon <= 0)
        {
            return false;
        }

        ReadOnlySpan<char> type = value[..semicolon];
        ReadOnlySpan<char> address = value[(semicolon + 1)..];
        if (address.IsEmpty || !IsAtom(type))
        {
            return false;
        }

        // utf-8-addr-xtext and -unitext (RFC 6533 §3) have an encoding of their own, and may be in UTF-8 as they stand.
        return type.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? IsPrintable(address)
            : Xtext.TryDecode(address, out _);
    }

    private static bool IsAtom(ReadOnlySpan<char> text) => Ascii.IsValid(text) && LocalPart.Length(text) == text.Length && !text.Contains('.');

    private static bool IsPrintable(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (Printable.IsUnprintable(c) || char.IsWhiteSpace(c))
            {
                return false;
            }
        }

        return true;
    }
}
