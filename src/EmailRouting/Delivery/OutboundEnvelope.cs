using System.Buffers;
using System.Globalization;
using System.Text;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>The envelope as one particular host can take it: what is offered decides which parameters are sent (invariant 12, promise 4).</summary>
internal static class OutboundEnvelope
{
    /// <summary>Why this message cannot be sent to a host with these features; null where it can.</summary>
    public static SmtpReply? Refusal(Consignment consignment, EhloFeatures features)
    {
        if (features.Size is > 0 and var limit && consignment.Length > limit)
        {
            return new SmtpReply(552, "5.3.4", $"The message has {consignment.Length} octets, the host takes {limit}");
        }

        if (!features.SmtpUtf8 && HasInternationalAddress(consignment))
        {
            return new SmtpReply(553, "5.6.7", "An address is not ASCII, and the host does not offer SMTPUTF8");
        }

        if (!features.SmtpUtf8 && NeedsSmtpUtf8(consignment))
        {
            return new SmtpReply(554, "5.6.9", "The header is not ASCII, and the host does not offer SMTPUTF8");
        }

        return !features.EightBitMime && NeedsEightBitMime(consignment)
            ? new SmtpReply(554, "5.6.3", "The message is declared 8BITMIME, and the host does not offer it")
            : null;
    }

    public static void WriteMail(IBufferWriter<byte> output, Consignment consignment, EhloFeatures features)
    {
        Write(output, "MAIL FROM:<");
        Write(output, consignment.Sender?.Text ?? string.Empty);
        Write(output, ">");
        if (features.Size is not null)
        {
            Write(output, " SIZE=");
            Write(output, consignment.Length.ToString(CultureInfo.InvariantCulture));
        }

        if (NeedsEightBitMime(consignment))
        {
            Write(output, " BODY=8BITMIME");
        }

        if (NeedsSmtpUtf8(consignment))
        {
            Write(output, " SMTPUTF8");
        }

        Write(output, "\r\n");
    }

    public static void WriteRcpt(IBufferWriter<byte> output, Target target, EhloFeatures features)
    {
        Write(output, "RCPT TO:<");
        Write(output, target.Destination.Text);
        Write(output, ">");
        if (features.Dsn && target.Notify is { } notify)
        {
            Write(output, notify.HasFlag(DsnNotify.Failure) ? " NOTIFY=FAILURE" : " NOTIFY=NEVER");
        }

        Write(output, "\r\n");
    }

    // Declared, and true: what is declared but 7-bit needs nothing, and what is 8-bit undeclared goes as it came.
    private static bool NeedsEightBitMime(Consignment consignment) =>
        consignment.Envelope.Parameters.Body == BodyType.EightBitMime && consignment.Content.Facts.HasEightBit;

    private static bool NeedsSmtpUtf8(Consignment consignment) =>
        HasInternationalAddress(consignment)
        || (consignment.Envelope.Parameters.SmtpUtf8 && consignment.Content.Facts.HasEightBitHeader);

    private static bool HasInternationalAddress(Consignment consignment) =>
        !consignment.Target.Destination.IsAscii || consignment.Sender is { IsAscii: false };

    private static void Write(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}
