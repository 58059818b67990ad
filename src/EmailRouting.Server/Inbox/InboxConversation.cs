using System.Buffers;
using EmailRouting.Smtp;
using EmailRouting.Web.Inbox;

namespace EmailRouting.Server.Inbox;

/// <summary>What the local inbox says: yes to every sender, recipient and message that is not larger than the inbox itself.</summary>
internal sealed class InboxConversation(LocalInbox inbox, TimeProvider clock)
{
    private static readonly SmtpReply Hello = new(250, string.Empty, "inbox.test");
    private static readonly SmtpReply ExtendedHello = new(
        250, string.Empty, "inbox.test", "PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN", $"SIZE {LocalInbox.MaxBytes}");

    private static readonly SmtpReply NeedMail = SmtpReply.BadSequence("Say MAIL first");
    private static readonly SmtpReply NeedRcpt = SmtpReply.BadSequence("Say RCPT first");
    private static readonly SmtpReply Nested = SmtpReply.BadSequence("A transaction is open");
    private static readonly SmtpReply NotOffered = new(502, "5.5.1", "This command is not offered here");
    private static readonly SmtpReply TooLarge = new(552, "5.3.4", "The message is larger than the inbox");

    private readonly ArrayBufferWriter<byte> _content = new();
    private readonly List<string> _recipients = [];
    private string? _sender;
    private DotDecoder _dots;
    private bool _isInData;
    private bool _isTooLarge;

    public bool HasEnded { get; private set; }

    /// <summary>Takes what is complete from the front of the buffer and answers it.</summary>
    /// <returns>What is left until more comes.</returns>
    public ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer, IBufferWriter<byte> replies)
    {
        while (!HasEnded && (_isInData ? TakeData(ref buffer, replies) : TakeLine(ref buffer, replies)))
        {
        }

        return buffer;
    }

    private bool TakeLine(ref ReadOnlySequence<byte> buffer, IBufferWriter<byte> replies)
    {
        switch (SmtpLine.TryRead(ref buffer, SmtpLine.MaxLength, out ReadOnlySequence<byte> line))
        {
            case LineRead.Complete:
                Answer(SmtpCommand.Parse(line)).WriteTo(replies);
                return true;
            case LineRead.TooLong:
                SmtpReply.LineTooLong.WriteTo(replies);
                return true;
            case LineRead.Endless:
                SmtpReply.TooManyErrors.WriteTo(replies);
                HasEnded = true;
                return false;
            default:
                return false;
        }
    }

    private SmtpReply Answer(SmtpCommand command)
    {
        switch (command)
        {
            case SmtpCommand.Ehlo:
                Reset();
                return ExtendedHello;
            case SmtpCommand.Helo:
                Reset();
                return Hello;
            case SmtpCommand.MailFrom when _sender is not null:
                return Nested;
            case SmtpCommand.MailFrom { Parameters.Size: > LocalInbox.MaxBytes }:
                return TooLarge;
            case SmtpCommand.MailFrom mail:
                _sender = mail.Sender?.Text ?? "<>";
                return SmtpReply.SenderOk;
            case SmtpCommand.RcptTo when _sender is null:
                return NeedMail;
            case SmtpCommand.RcptTo recipient:
                _recipients.Add(recipient.Recipient.Text);
                return SmtpReply.RecipientOk;
            case SmtpCommand.Data when _recipients.Count == 0:
                return NeedRcpt;
            case SmtpCommand.Data:
                _isInData = true;
                return SmtpReply.StartMessage;
            case SmtpCommand.Rset:
                Reset();
                return SmtpReply.Ok;
            case SmtpCommand.Noop:
                return SmtpReply.Ok;
            case SmtpCommand.Quit:
                HasEnded = true;
                return SmtpReply.Goodbye;
            case SmtpCommand.Unreadable unreadable:
                return unreadable.Reply;
            default:
                return NotOffered;
        }
    }

    private bool TakeData(ref ReadOnlySequence<byte> buffer, IBufferWriter<byte> replies)
    {
        while (!buffer.IsEmpty)
        {
            bool isWhole = _dots.Decode(buffer.FirstSpan, _content, out int consumed);
            buffer = buffer.Slice(consumed);
            if (_content.WrittenCount > LocalInbox.MaxBytes)
            {
                // Read on to the end without keeping it.
                _isTooLarge = true;
                _content.ResetWrittenCount();
            }

            if (isWhole)
            {
                Keep().WriteTo(replies);
                Reset();
                return true;
            }
        }

        return false;
    }

    private SmtpReply Keep()
    {
        if (_isTooLarge)
        {
            return TooLarge;
        }

        var mail = new InboxMail(clock.GetUtcNow(), _sender!, [.. _recipients], _content.WrittenSpan.ToArray());
        inbox.Keep(mail);
        return new SmtpReply(250, "2.0.0", $"Kept as {mail.Id}");
    }

    private void Reset()
    {
        _sender = null;
        _recipients.Clear();
        _content.ResetWrittenCount();
        _dots = default;
        _isInData = false;
        _isTooLarge = false;
    }
}
