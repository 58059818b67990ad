using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace EmailRouting.Smtp;

/// <summary>What a line from a client means. Every line is some command: one that cannot be read is <see cref="Unreadable"/>.</summary>
/// <remarks>
/// Addresses are read in UTF-8 whether or not the transaction asked for it: that <see cref="MailFrom"/> or <see cref="RcptTo"/> with an
/// address that is not <see cref="EmailAddress.IsAscii"/> needs <see cref="MailParameters.SmtpUtf8"/> is for the session to hold,
/// with <see cref="SmtpReply.SmtpUtf8Needed"/>.
/// </remarks>
public abstract record SmtpCommand
{
    // Longer than any limit a session may set for a line, short enough for the stack.
    private const int MaxLine = 4096;

    // What an honest path and its parameters need; more goes to the heap.
    private const int UsualArgument = 512;

    // RFC 5321 §4.5.3.1.2: a client's name is a domain.
    private const int MaxClientName = 255;

    private static readonly SearchValues<byte> LineEndsAndNul = SearchValues.Create("\r\n\0"u8);

    private static readonly Data DataCommand = new();
    private static readonly Rset RsetCommand = new();
    private static readonly Noop NoopCommand = new();
    private static readonly Quit QuitCommand = new();
    private static readonly StartTls StartTlsCommand = new();
    private static readonly Help HelpCommand = new();

    private static readonly Unreadable TooLong = new(SmtpReply.LineTooLong);
    private static readonly Unreadable StrayLineEnd = new(new SmtpReply(500, "5.5.2", "A command holds no bare CR, bare LF or NUL"));
    private static readonly Unreadable NoCommand = new(new SmtpReply(500, "5.5.2", "A command is expected here"));
    private static readonly Unreadable UnknownVerb = new(new SmtpReply(500, "5.5.2", "This command is not known here"));
    private static readonly Unreadable NotImplemented = new(new SmtpReply(502, "5.5.1", "This command is not offered here"));
    private static readonly Unreadable NoArgumentAllowed = new(new SmtpReply(501, "5.5.4", "This command takes no argument"));
    private static readonly Unreadable ArgumentMissing = new(new SmtpReply(501, "5.5.4", "This command needs an argument"));
    private static readonly Unreadable ClientNameMissing = new(new SmtpReply(501, "5.5.4", "Say your host name: EHLO host.example"));
    private static readonly Unreadable NotUtf8 = new(new SmtpReply(501, "5.5.2", "The argument is not valid UTF-8"));
    private static readonly Unreadable MailSyntax = new(new SmtpReply(501, "5.5.4", "Write MAIL FROM:<address>"));
    private static readonly Unreadable RcptSyntax = new(new SmtpReply(501, "5.5.4", "Write RCPT TO:<address>"));
    private static readonly Unreadable BadSender = new(new SmtpReply(501, "5.1.7", "The sender's address cannot be read"));
    private static readonly Unreadable BadRecipient = new(new SmtpReply(501, "5.1.3", "The recipient's address cannot be read"));

    private SmtpCommand()
    {
    }

    /// <summary>Reads one command line without its CR LF, as <see cref="SmtpLine.TryRead"/> takes it from a pipe.</summary>
    public static SmtpCommand Parse(in ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment)
        {
            return Parse(line.FirstSpan);
        }

        if (line.Length > MaxLine)
        {
            return TooLong;
        }

        Span<byte> joined = stackalloc byte[MaxLine];
        line.CopyTo(joined);
        return Parse(joined[..(int)line.Length]);
    }

    /// <summary>Reads one command line without its CR LF. Total: no input throws, none returns null.</summary>
    public static SmtpCommand Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length > MaxLine)
        {
            return TooLong;
        }

        if (line.ContainsAny(LineEndsAndNul))
        {
            return StrayLineEnd;
        }

        line = line.TrimEnd(" \t"u8);
        int end = line.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> verb = end < 0 ? line : line[..end];
        ReadOnlySpan<byte> argument = end < 0 ? [] : line[end..].TrimStart(" \t"u8);

        return verb.Length switch
        {
            0 => NoCommand,
            4 => ParseFourLetters(verb, argument),
            8 when Is(verb, "STARTTLS"u8) => WithoutArgument(argument, StartTlsCommand),
            _ => UnknownVerb,
        };
    }

    private static SmtpCommand ParseFourLetters(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> argument)
    {
        if (Is(verb, "MAIL"u8))
        {
            return ParsePath(argument, "FROM:"u8, MailSyntax, ParseMail);
        }

        if (Is(verb, "RCPT"u8))
        {
            return ParsePath(argument, "TO:"u8, RcptSyntax, ParseRcpt);
        }

        if (Is(verb, "DATA"u8))
        {
            return WithoutArgument(argument, DataCommand);
        }

        if (Is(verb, "EHLO"u8))
        {
            return argument.IsEmpty ? ClientNameMissing : new Ehlo(ReadClientName(argument));
        }

        if (Is(verb, "RSET"u8))
        {
            return WithoutArgument(argument, RsetCommand);
        }

        if (Is(verb, "QUIT"u8))
        {
            return WithoutArgument(argument, QuitCommand);
        }

        return ParseRareVerb(verb, argument);
    }

    private static SmtpCommand ParseRareVerb(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> argument)
    {
        if (Is(verb, "HELO"u8))
        {
            return argument.IsEmpty ? ClientNameMissing : new Helo(ReadClientName(argument));
        }

        if (Is(verb, "NOOP"u8))
        {
            return NoopCommand;
        }

        if (Is(verb, "HELP"u8))
        {
            return HelpCommand;
        }

        if (Is(verb, "VRFY"u8))
        {
            return argument.IsEmpty ? ArgumentMissing : new Vrfy(FreeText(argument));
        }

        if (Is(verb, "EXPN"u8))
        {
            return argument.IsEmpty ? ArgumentMissing : new Expn(FreeText(argument));
        }

        // RFC 5321 §4.2.4: 502 says "known and not here", which stops a client from asking for help.
        return Is(verb, "AUTH"u8) || Is(verb, "BDAT"u8) || Is(verb, "BURL"u8) || Is(verb, "TURN"u8) || Is(verb, "ETRN"u8)
            || Is(verb, "ATRN"u8) || Is(verb, "SEND"u8) || Is(verb, "SOML"u8) || Is(verb, "SAML"u8)
            ? NotImplemented
            : UnknownVerb;
    }

    private static SmtpCommand ParsePath(
        ReadOnlySpan<byte> argument, ReadOnlySpan<byte> keyword, Unreadable syntax, Func<ReadOnlySpan<char>, SmtpCommand> parse)
    {
        if (argument.Length < keyword.Length || !Is(argument[..keyword.Length], keyword))
        {
            return syntax;
        }

        argument = argument[keyword.Length..];
        Span<char> text = argument.Length <= UsualArgument ? stackalloc char[UsualArgument] : new char[argument.Length];
        OperationStatus status = Utf8.ToUtf16(argument, text, out _, out int length, replaceInvalidSequences: false);

        // White space after the colon is forbidden and common.
        return status == OperationStatus.Done ? parse(text[..length].TrimStart(" \t")) : NotUtf8;
    }

    private static SmtpCommand ParseMail(ReadOnlySpan<char> argument)
    {
        EmailAddress? sender = null;
        if (!MailPath.TrySplit(argument, out ReadOnlySpan<char> mailbox, out ReadOnlySpan<char> text)
            || (!mailbox.IsEmpty && !EmailAddress.TryParse(mailbox, out sender)))
        {
            return BadSender;
        }

        SmtpReply? refusal = MailParameters.Read(text, out MailParameters parameters);
        return refusal is null ? new MailFrom(sender, parameters) : new Unreadable(refusal);
    }

    private static SmtpCommand ParseRcpt(ReadOnlySpan<char> argument)
    {
        if (!MailPath.TrySplit(argument, out ReadOnlySpan<char> mailbox, out ReadOnlySpan<char> text))
        {
            return BadRecipient;
        }

        EmailAddress? recipient = EmailAddress.Postmaster;
        if (!mailbox.Equals(recipient.Text, StringComparison.OrdinalIgnoreCase) && !EmailAddress.TryParse(mailbox, out recipient))
        {
            return BadRecipient;
        }

        SmtpReply? refusal = RcptParameters.Read(text, out RcptParameters parameters);
        return refusal is null ? new RcptTo(recipient, parameters) : new Unreadable(refusal);
    }

    private static SmtpCommand WithoutArgument(ReadOnlySpan<byte> argument, SmtpCommand command) =>
        argument.IsEmpty ? command : NoArgumentAllowed;

    /// <remarks>Clients say anything here, from underscores to whole sentences. It proves nothing, so nothing hangs on its form.</remarks>
    private static string ReadClientName(ReadOnlySpan<byte> argument)
    {
        string name = FreeText(argument);
        return name.Length <= MaxClientName ? name : name[..MaxClientName];
    }

    private static string FreeText(ReadOnlySpan<byte> argument) => Printable.Line(WireText.Read(argument));

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> keyword) => Ascii.EqualsIgnoreCase(text, keyword);

    public sealed record Helo(string ClientName) : SmtpCommand;

    public sealed record Ehlo(string ClientName) : SmtpCommand;

    /// <param name="Sender">Null is the null reverse-path <c>&lt;&gt;</c>: bounces come from nobody.</param>
    /// <param name="Parameters">What followed the path.</param>
    public sealed record MailFrom(EmailAddress? Sender, MailParameters Parameters) : SmtpCommand;

    /// <param name="Recipient">With a source route already stripped (RFC 5321 §4.1.1.3).</param>
    /// <param name="Parameters">What followed the path.</param>
    public sealed record RcptTo(EmailAddress Recipient, RcptParameters Parameters) : SmtpCommand;

    public sealed record Data : SmtpCommand;

    public sealed record Rset : SmtpCommand;

    public sealed record Noop : SmtpCommand;

    public sealed record Quit : SmtpCommand;

    public sealed record StartTls : SmtpCommand;

    public sealed record Help : SmtpCommand;

    public sealed record Vrfy(string Argument) : SmtpCommand;

    public sealed record Expn(string Argument) : SmtpCommand;

    /// <param name="Reply">Why, as the reply to give: 500 for an unknown verb, 501 for an argument, 555 for a parameter.</param>
    public sealed record Unreadable(SmtpReply Reply) : SmtpCommand;
}
