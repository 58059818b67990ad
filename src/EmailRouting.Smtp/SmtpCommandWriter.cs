using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace EmailRouting.Smtp;

/// <summary>Writes a client's commands, each whole and with its CR LF, so that any number of them can be pipelined (RFC 2920).</summary>
/// <remarks>
/// No CR, LF or NUL gets through: whatever a caller passes, one call writes one line. It throws instead, for such a value is a bug
/// further up and sending it would let its author speak to the remote host.
/// </remarks>
public static class SmtpCommandWriter
{
    private static readonly SearchValues<char> LineEndsAndNul = SearchValues.Create("\r\n\0");

    public static void Ehlo(IBufferWriter<byte> output, string clientName) => WriteLine(output, "EHLO "u8, clientName);

    public static void Helo(IBufferWriter<byte> output, string clientName) => WriteLine(output, "HELO "u8, clientName);

    /// <param name="output">Where the line goes.</param>
    /// <param name="sender">Null is the null reverse-path.</param>
    /// <param name="parameters">
    /// Only what the remote host offers. Without SMTPUTF8 among them the address is written as <see cref="EmailAddress.ToAscii"/>.
    /// </param>
    /// <exception cref="ArgumentException">The address has no ASCII form and SMTPUTF8 is not among the parameters.</exception>
    public static void MailFrom(IBufferWriter<byte> output, EmailAddress? sender, MailParameters parameters)
    {
        string path = sender is null ? string.Empty : Written(sender, parameters.SmtpUtf8);
        string? envelopeId = parameters.EnvelopeId is null ? null : Xtext.Encode(parameters.EnvelopeId);

        output.Write("MAIL FROM:<"u8);
        WriteText(output, path);

        output.Write(">"u8);
        if (parameters.Size is long size)
        {
            output.Write(" SIZE="u8);
            WriteNumber(output, size);
        }

        if (parameters.Body is BodyType body)
        {
            output.Write(body == BodyType.EightBitMime ? " BODY=8BITMIME"u8 : " BODY=7BIT"u8);
        }

        if (parameters.SmtpUtf8)
        {
            output.Write(" SMTPUTF8"u8);
        }

        if (parameters.Return is DsnReturn dsnReturn)
        {
            output.Write(dsnReturn == DsnReturn.Full ? " RET=FULL"u8 : " RET=HDRS"u8);
        }

        if (envelopeId is not null)
        {
            output.Write(" ENVID="u8);
            WriteText(output, envelopeId);
        }

        output.Write("\r\n"u8);
    }

    /// <param name="output">Where the line goes.</param>
    /// <param name="recipient">Written as <see cref="EmailAddress.ToAscii"/> unless <paramref name="smtpUtf8"/>.</param>
    /// <param name="parameters">Only what the remote host offers.</param>
    /// <param name="smtpUtf8">Whether MAIL of this transaction asked for SMTPUTF8.</param>
    /// <exception cref="ArgumentException">The address has no ASCII form and the transaction did not ask for SMTPUTF8.</exception>
    public static void RcptTo(IBufferWriter<byte> output, EmailAddress recipient, RcptParameters parameters, bool smtpUtf8)
    {
        string path = Written(recipient, smtpUtf8);
        RefuseLineEnds(parameters.OriginalRecipient);

        output.Write("RCPT TO:<"u8);
        WriteText(output, path);
        output.Write(">"u8);
        if (parameters.Notify is DsnNotify notify)
        {
            WriteNotify(output, notify);
        }

        if (parameters.OriginalRecipient is string originalRecipient)
        {
            output.Write(" ORCPT="u8);
            WriteText(output, originalRecipient);
        }

        output.Write("\r\n"u8);
    }

    public static void Data(IBufferWriter<byte> output) => output.Write("DATA\r\n"u8);

    public static void Rset(IBufferWriter<byte> output) => output.Write("RSET\r\n"u8);

    public static void Noop(IBufferWriter<byte> output) => output.Write("NOOP\r\n"u8);

    public static void Quit(IBufferWriter<byte> output) => output.Write("QUIT\r\n"u8);

    public static void StartTls(IBufferWriter<byte> output) => output.Write("STARTTLS\r\n"u8);

    /// <param name="output">Where the line goes.</param>
    /// <param name="mechanism">A SASL mechanism (RFC 4954 §4).</param>
    /// <param name="initialResponse">In Base64; <c>=</c> is the empty one, null is none.</param>
    public static void Auth(IBufferWriter<byte> output, string mechanism, string? initialResponse) =>
        WriteLine(output, "AUTH "u8, initialResponse is null ? mechanism : $"{mechanism} {initialResponse}");

    /// <summary>The answer to a 334, in Base64, or <c>*</c> to give up (RFC 4954 §4).</summary>
    public static void AuthResponse(IBufferWriter<byte> output, string response) => WriteLine(output, [], response);

    private static string Written(EmailAddress address, bool smtpUtf8) =>
        (smtpUtf8 ? address.Text : address.ToAscii())
        ?? throw new ArgumentException("The local part is not ASCII, and SMTPUTF8 was not asked for.", nameof(address));

    private static void WriteNotify(IBufferWriter<byte> output, DsnNotify notify)
    {
        output.Write(" NOTIFY="u8);
        if (notify == DsnNotify.Never)
        {
            output.Write("NEVER"u8);
            return;
        }

        ReadOnlySpan<byte> comma = [];
        foreach (DsnNotify one in (ReadOnlySpan<DsnNotify>)[DsnNotify.Success, DsnNotify.Failure, DsnNotify.Delay])
        {
            if (notify.HasFlag(one))
            {
                output.Write(comma);
                output.Write(one switch
                {
                    DsnNotify.Success => "SUCCESS"u8,
                    DsnNotify.Failure => "FAILURE"u8,
                    _ => "DELAY"u8,
                });
                comma = ","u8;
            }
        }
    }

    private static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> verb, ReadOnlySpan<char> argument)
    {
        RefuseLineEnds(argument);
        output.Write(verb);
        WriteText(output, argument);
        output.Write("\r\n"u8);
    }

    // Before the first byte is written: half a command in the buffer would be the front half of the next one.
    private static void RefuseLineEnds(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(LineEndsAndNul))
        {
            throw new ArgumentException("A command holds no CR, LF or NUL.", nameof(text));
        }
    }

    private static void WriteText(IBufferWriter<byte> output, ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, output);

    private static void WriteNumber(IBufferWriter<byte> output, long number)
    {
        Span<byte> digits = output.GetSpan(20);
        Utf8Formatter.TryFormat(number, digits, out int written);
        output.Advance(written);
    }
}
