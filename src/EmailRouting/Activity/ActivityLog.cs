using System.Threading.Channels;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Activity;

/// <summary>
/// What happened to each message: a line on the console as in a mail.log, and a record for the database. Taking a record never waits and never fails: records go
/// through a bounded channel and are written in batches; what does not fit is counted and left out, for no promise rests on this log.
/// </summary>
public sealed partial class ActivityLog(
    IOptions<ActivityOptions> options, ActivityFeed feed, ActivityMetrics metrics, TimeProvider clock, ILogger<ActivityLog> logger)
{
    private readonly Channel<ActivityRecord> _records = Channel.CreateBounded<ActivityRecord>(new BoundedChannelOptions(options.Value.Backlog)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.Wait,
    });

    private bool _isBeingWritten;

    /// <summary><see cref="MessageRecord"/>s and <see cref="AttemptRecord"/>s, in the order they came.</summary>
    internal ChannelReader<ActivityRecord> Records => _records.Reader;

    /// <summary>Whether records are on their way to the database: what is read from it now may lack what the feed has told of already.</summary>
    /// <remarks>The channel is asked first: what has just been taken out of it is being written.</remarks>
    public bool IsBehind => _records.Reader.Count > 0 || IsBeingWritten;

    /// <summary>Set by the writer before it takes records, until they are written or lost.</summary>
    internal bool IsBeingWritten
    {
        get => Volatile.Read(ref _isBeingWritten);
        set => Volatile.Write(ref _isBeingWritten, value);
    }

    /// <summary>A transaction came to its end.</summary>
    public void Received(MessageRecord message)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            string recipients = RecipientsText(message);
            string tls = TlsText(message.Tls);
            decimal milliseconds = Milliseconds(message.Elapsed);
            Log.Received(
                logger, message.Id, message.Result, message.Sender, recipients, message.Size, message.Client, message.ClientName, tls, milliseconds, message.Reply);
        }

        Keep(message);
    }

    /// <summary>One attempt at one target, cut-through or from the queue.</summary>
    public void Attempted(MailId id, Target target, DeliveryAttempt attempt, int attemptNumber)
    {
        (string result, SmtpReply reply) = attempt.Outcome switch
        {
            DeliveryOutcome.Delivered delivered => ("delivered", delivered.Reply),
            DeliveryOutcome.Refused refused => ("refused", refused.Reply),
            DeliveryOutcome.Deferred deferred => ("deferred", deferred.Reply),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        Take(new AttemptRecord(
            id, attempt.StartedAt, attemptNumber, target.Destination.Text, AttemptRecord.AliasesOf(target), result, attempt.Host, attempt.Address, attempt.Tls, reply.ToString(), attempt.Sha256, attempt.Elapsed)
        {
            ReturnPath = target.ReturnPath?.Text,
            Prepended = TraceNames.Of(target.Trace.Span),
        });
    }

    /// <summary>A delivery came to its end otherwise than by delivery: <c>bounced</c>, <c>failed</c>, <c>dropped</c>, <c>redirected</c> to another destination.</summary>
    public void Ended(MailId id, Target target, string end, string reason) => Take(AttemptRecord.Ended(id, clock.GetUtcNow(), target, end, reason));

    private void Take(AttemptRecord attempt)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            string tls = TlsText(attempt.Tls);
            decimal milliseconds = Milliseconds(attempt.Elapsed);
            Log.Attempted(
                logger, attempt.MessageId, attempt.Result, attempt.Destination, attempt.Aliases, attempt.Host, attempt.Address, tls, milliseconds, attempt.Reply);
        }

        Keep(attempt);
    }

    private void Keep(ActivityRecord record)
    {
        feed.Publish(record);
        if (!_records.Writer.TryWrite(record))
        {
            metrics.LeftOut();
        }
    }

    // With one digit: a decimal is made into text in a fraction of the time that a double takes.
    private static decimal Milliseconds(TimeSpan elapsed) =>
        new((int)Math.Clamp(Math.Round(elapsed.TotalMilliseconds * 10), 0, int.MaxValue), mid: 0, hi: 0, isNegative: false, scale: 1);

    private static string TlsText(string tls) => tls.Length == 0 ? "none" : tls;

    private static string RecipientsText(MessageRecord message) =>
        message.Recipients.Length == 1 ? message.Recipients[0].Alias : string.Join(' ', message.Recipients.Select(r => r.Alias));

    private static partial class Log
    {
        [LoggerMessage(EventId = 6001, Level = LogLevel.Information, SkipEnabledCheck = true,
            Message = "{Id} in {Result} from=<{Sender}> to=<{Recipients}> size={Size} client={Client} helo={ClientName} tls={Tls} ms={Milliseconds:F1} reply={Reply}")]
        public static partial void Received(
            ILogger logger, MailId id, string result, string sender, string recipients, long size, string client, string clientName, string tls, decimal milliseconds, string reply);

        [LoggerMessage(EventId = 6002, Level = LogLevel.Information, SkipEnabledCheck = true,
            Message = "{Id} out {Result} to=<{Destination}> for=<{Aliases}> host={Host} [{Address}] tls={Tls} ms={Milliseconds:F1} reply={Reply}")]
        public static partial void Attempted(
            ILogger logger, MailId id, string result, string destination, string aliases, string host, string address, string tls, decimal milliseconds, string reply);
    }
}
