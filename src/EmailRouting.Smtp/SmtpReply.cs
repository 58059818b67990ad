using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EmailRouting.Smtp;

/// <summary>One reply, ours or a remote host's: code, enhanced status code (RFC 3463) and text, a line or several.</summary>
/// <remarks>
/// What follows from the code (does the session end, may the command be repeated) is derived, not carried.
/// Text may quote what a client sent, so control characters are taken out when a reply is made: a stray CR would let the
/// client write our next reply for us.
/// </remarks>
public sealed record SmtpReply
{
    public static readonly SmtpReply Ok = new(250, "2.0.0", "OK");

    public static readonly SmtpReply SenderOk = new(250, "2.1.0", "Sender OK");

    public static readonly SmtpReply RecipientOk = new(250, "2.1.5", "Recipient OK");

    public static readonly SmtpReply StartMessage = new(354, string.Empty, "Send the message, end it with <CR><LF>.<CR><LF>");

    public static readonly SmtpReply Goodbye = new(221, "2.0.0", "Goodbye");

    public static readonly SmtpReply TooManyErrors = new(421, "4.7.0", "Too many errors, try again later");

    public static readonly SmtpReply TooManyRecipients = new(452, "4.5.3", "Too many recipients, send the rest in another transaction");

    public static readonly SmtpReply LineTooLong = new(500, "5.5.2", "Line too long");

    /// <summary>A non-ASCII address in a transaction that did not ask for SMTPUTF8 (RFC 6531 §3.5).</summary>
    public static readonly SmtpReply SmtpUtf8Needed = new(553, "5.6.7", "A non-ASCII address needs SMTPUTF8 on MAIL");

    /// <param name="code">Three digits, RFC 5321 §4.2.</param>
    /// <param name="status">Enhanced status code such as <c>5.1.1</c>; empty where RFC 2034 wants none (greeting, EHLO, 354).</param>
    /// <param name="lines">At least one line of text.</param>
    public SmtpReply(int code, string status, params ReadOnlySpan<string> lines)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, 999);

        Code = code;
        Status = Printable.Line(status);
        Lines = lines switch
        {
            [] => [string.Empty],
            [string line] => [Printable.Line(line)],
            _ => PrintableLines(lines),
        };
    }

    public int Code { get; }

    public string Status { get; }

    public ImmutableArray<string> Lines { get; }

    public string Text => Lines.Length == 1 ? Lines[0] : string.Join(" ", Lines);

    public bool IsPositive => Code is >= 200 and < 300;

    public bool IsTransientFailure => Code is >= 400 and < 500;

    public bool IsPermanentFailure => Code is >= 500 and < 600;

    public bool IsError => Code >= 400;

    /// <summary>221 and 421 are the two replies after which the server hangs up.</summary>
    public bool EndsSession => Code is 221 or 421;

    public static SmtpReply BadSequence(string text) => new(503, "5.5.1", text);

    /// <summary>Writes the reply as it goes over the wire, with the enhanced status code on every line (RFC 2034 §4).</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        Span<byte> code = stackalloc byte[4];
        Code.TryFormat(code, out _, default, CultureInfo.InvariantCulture);
        for (int i = 0; i < Lines.Length; i++)
        {
            code[3] = i == Lines.Length - 1 ? (byte)' ' : (byte)'-';
            output.Write(code);
            if (Status.Length > 0)
            {
                Encoding.UTF8.GetBytes(Status, output);
                output.Write(" "u8);
            }

            Encoding.UTF8.GetBytes(Lines[i], output);
            output.Write("\r\n"u8);
        }
    }

    public override string ToString() => Status.Length == 0 ? $"{Code} {Text}" : $"{Code} {Status} {Text}";

    public bool Equals(SmtpReply? other) =>
        other is not null && Code == other.Code && Status == other.Status && Lines.AsSpan().SequenceEqual(other.Lines.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Code, Status, Lines[0]);

    private static ImmutableArray<string> PrintableLines(ReadOnlySpan<string> lines)
    {
        var printable = new string[lines.Length];
        for (int i = 0; i < printable.Length; i++)
        {
            printable[i] = Printable.Line(lines[i]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(printable);
    }
}
