using System.Buffers;
using EmailRouting.Smtp;

namespace EmailRouting.Fuzz;

/// <summary>A command reads alike however its bytes lie in memory, is refused with a 5xx or reads back from what it prints.</summary>
public sealed class CommandTarget : FuzzTarget
{
    public override string Name => "command";

    public override void Run(byte[] input, Random random)
    {
        SmtpCommand command = SmtpCommand.Parse(input);
        Require(command == SmtpCommand.Parse(Segments.Cut(input, random.Next(input.Length + 1))), "a cut line is the same command");

        switch (command)
        {
            case SmtpCommand.Unreadable(SmtpReply reply):
                Require(reply.Code is 500 or 501 or 502 or 555, "what cannot be read is refused as syntax");
                Require(reply.Status.StartsWith('5'), "every refusal has its enhanced code");
                break;

            case SmtpCommand.Ehlo(string name):
                Require(name.Length is > 0 and <= 255 && !name.Any(char.IsControl), "a client's name is bounded and printable");
                break;

            default:
                Require(Print(command) is not { } line || SmtpCommand.Parse(line) == command, "what is printed reads back");
                break;
        }
    }

    /// <summary>The line without its CR LF; null for commands that no client of ours sends.</summary>
    public static byte[]? Print(SmtpCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        switch (command)
        {
            case SmtpCommand.MailFrom mail when mail.Parameters.SmtpUtf8 || mail.Sender is null or { IsAscii: true }:
                SmtpCommandWriter.MailFrom(output, mail.Sender, mail.Parameters);
                break;
            case SmtpCommand.RcptTo(EmailAddress recipient, RcptParameters parameters):
                SmtpCommandWriter.RcptTo(output, recipient, parameters, smtpUtf8: true);
                break;
            case SmtpCommand.Data: SmtpCommandWriter.Data(output); break;
            case SmtpCommand.Rset: SmtpCommandWriter.Rset(output); break;
            case SmtpCommand.Noop: SmtpCommandWriter.Noop(output); break;
            case SmtpCommand.Quit: SmtpCommandWriter.Quit(output); break;
            case SmtpCommand.StartTls: SmtpCommandWriter.StartTls(output); break;
            default: return null;
        }

        Require(output.WrittenSpan.IndexOf("\r\n"u8) == output.WrittenCount - 2, "a command is one line");
        return output.WrittenSpan[..^2].ToArray();
    }
}
