using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using EmailRouting.Custody;
using EmailRouting.Mail;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Reception;

/// <summary>One conversation with one client, from the greeting to the end of the connection.</summary>
/// <remarks>
/// <code>
/// greeting ── commands ──┬─ MAIL, RCPT: answered from memory
///                        ├─ DATA: IncomingMessage takes the octets in, Custody answers for them
///                        ├─ STARTTLS: the same conversation goes on inside TLS, from the beginning
///                        └─ QUIT, 421, or the client is gone
/// </code>
/// Replies are flushed when no whole command is left to be read, so a client that pipelines gets them in few packets (RFC 2920).
/// </remarks>
internal sealed partial class SmtpConversation : IAsyncDisposable
{
    // Whoever keeps us from waiting for longer than this goes on in the thread pool: the thread that woke us wakes others too. Counted in commands; a read takes as long as some.
    private const int MostInPlace = 100;
    private const int CommandsOfRead = 10;

    private readonly SmtpFrontEnd _server;
    private readonly SmtpOptions _options;
    private readonly ClientConnection _connection;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenRegistration _onStop;
    private readonly SmtpSession _session;
    private readonly TransportTimer _timer;
    private readonly DateTimeOffset _startedAt;

    private PipeReader _input;
    private PipeWriter _output;
    private readonly IDuplexPipe _transport;
    private StartTls? _tls;

    // What is asked about the client meanwhile; null where nothing is.
    private ClientLookups? _lookups;

    private bool _isOver;
    private int _badCommands;
    private int _refusedRecipients;
    private int _transactions;
    private int _doneInPlace;

    // A 250 to a final dot that the client has not yet shown to have received: by sending anything more.
    private Receipt? _unconfirmed;

    // Octets that were here before that 250 left (RFC 2920 lets commands follow the dot at once): they do not show that it was received.
    private long _sentBlind;

    public SmtpConversation(SmtpFrontEnd server, ClientConnection connection, IDuplexPipe transport, CancellationToken stopping)
    {
        (_server, _options, _connection, _transport, _stopping) = (server, server.Options, connection, transport, stopping);
        (_input, _output) = (transport.Input, transport.Output);
        _session = new SmtpSession(server.Options, isTlsOffered: true);
        _timer = new TransportTimer(server.Clock, _input, _output);
        _startedAt = server.Clock.GetUtcNow();
        _onStop = stopping.UnsafeRegister(static self => ((SmtpConversation)self!)._input.CancelPendingRead(), this);
    }

    public async Task RunAsync()
    {
        _server.Metrics.Opened();
        try
        {
            if (_server.Connections.Enter(_connection.Client.Address) is { } turnedAway)
            {
                _server.Metrics.TurnedAway();
                Send(turnedAway);
                await FlushAsync();
                return;
            }

            try
            {
                await ConverseAsync();
            }
            finally
            {
                _server.Connections.Leave(_connection.Client.Address);
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException || e is OperationCanceledException)
        {
            // A reset, a broken pipe, no handshake: the client's doing, or the network's.
            Log.Broken(_server.Logger, _connection.Client.Address, e.Message);
            _unconfirmed?.Lost();
        }
        finally
        {
            EndTransaction("abandoned", "the connection ended");
            _server.Metrics.Closed();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _onStop.DisposeAsync();
        _timer.Dispose();
        _lookups?.Dispose();
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }
    }

    private async Task ConverseAsync()
    {
        if (_server.Rules.Current is { } rules)
        {
            _lookups = _server.Inbound.BeginClient(_connection.Client.Address, rules.Lookups);
        }

        Send(new SmtpReply(220, "", $"{_server.Identity.HostName} ESMTP EmailRouting"));
        while (!_isOver)
        {
            ReadResult read = await ReadAsync(_options.CommandTimeout);
            if (read.IsCanceled && (_stopping.IsCancellationRequested || _timer.HasFired))
            {
                _input.AdvanceTo(read.Buffer.Start);
                Send(_stopping.IsCancellationRequested ? Replies.Stopping : Replies.Silent);
                break;
            }

            ReadOnlySequence<byte> buffer = read.Buffer;
            if (buffer.Length > _sentBlind)
            {
                _unconfirmed = null;
            }

            SmtpCommand? pending = AnswerAll(ref buffer, out int answered);
            _sentBlind = Math.Max(0, _sentBlind - (read.Buffer.Length - buffer.Length));
            if (pending is null)
            {
                _input.AdvanceTo(buffer.Start, buffer.End);
                _isOver |= read.IsCompleted;
                _doneInPlace += answered;
                continue;
            }

            // Consumed is examined here: what is buffered behind DATA or STARTTLS is to be returned by the next read at once.
            _input.AdvanceTo(buffer.Start);
            if (pending is SmtpCommand.Data)
            {
                await TakeMessageAsync();
            }
            else
            {
                await StartTlsAsync();
            }
        }

        await FlushAsync();
        await ConfirmAtEndAsync();
    }

    /// <summary>Answers the whole commands in the buffer, up to one that needs the connection to itself: DATA or STARTTLS, which is returned.</summary>
    private SmtpCommand? AnswerAll(ref ReadOnlySequence<byte> buffer, out int answered)
    {
        for (answered = 0; !_isOver; answered++)
        {
            SmtpCommand command;
            switch (SmtpLine.TryRead(ref buffer, SmtpLine.MaxLength, out ReadOnlySequence<byte> line))
            {
                case LineRead.Complete:
                    command = SmtpCommand.Parse(line);
                    break;

                case LineRead.TooLong:
                    command = new SmtpCommand.Unreadable(SmtpReply.LineTooLong);
                    break;

                case LineRead.Endless:
                    // Nobody honest sends this much without a line end. Hang up rather than hold it.
                    Send(SmtpReply.TooManyErrors);
                    return null;

                default:
                    return null;
            }

            SmtpReply? refusal = _session.Refusal(command);
            if (refusal is null && command is SmtpCommand.Data && _server.Budget.IsExhausted)
            {
                refusal = Replies.OutOfMemory;
            }

            if (refusal is null && command is SmtpCommand.Data or SmtpCommand.StartTls)
            {
                return command;
            }

            Answer(command, refusal ?? Execute(command));
        }

        return null;
    }

    private void Answer(SmtpCommand command, SmtpReply reply)
    {
        if (reply.IsError && command is SmtpCommand.RcptTo && reply.Code != 503)
        {
            reply = reply.Code != 452 && ++_refusedRecipients >= _options.MaxRefusedRecipients ? Replies.TooManyRefusals : reply;
        }
        else if (reply.IsPermanentFailure && ++_badCommands >= _options.MaxBadCommands)
        {
            reply = SmtpReply.TooManyErrors;
        }

        Send(reply);
    }

    /// <summary>Does what a command asks that needs no waiting. Nothing here does I/O (invariant 2).</summary>
    private SmtpReply Execute(SmtpCommand command)
    {
        switch (command)
        {
            case SmtpCommand.RcptTo rcpt:
                return Recipient(rcpt);

            case SmtpCommand.MailFrom mail:
                return Sender(mail);

            case SmtpCommand.Helo helo:
                EndTransaction("abandoned", "HELO");
                _session.Greet(helo.ClientName, isExtended: false);
                return new SmtpReply(250, "", _server.Identity.HostName);

            case SmtpCommand.Ehlo ehlo:
                EndTransaction("abandoned", "EHLO");
                _session.Greet(ehlo.ClientName, isExtended: true);
                return Extensions();

            case SmtpCommand.Rset:
                EndTransaction("abandoned", "RSET");
                return SmtpReply.Ok;

            case SmtpCommand.Quit:
                return SmtpReply.Goodbye;

            case SmtpCommand.Noop:
                return SmtpReply.Ok;

            case SmtpCommand.Help:
                return Replies.Help;

            case SmtpCommand.Vrfy:
                return Replies.CannotVerify;

            case SmtpCommand.Expn:
                return Replies.NoLists;

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>The EHLO reply. To add an extension, add its keyword here and its parameters to MailParameters or RcptParameters.</summary>
    private SmtpReply Extensions()
    {
        ReadOnlySpan<string> lines =
        [
            _server.Identity.HostName,
            "PIPELINING",
            $"SIZE {_options.MaxMessageBytes}",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
            "DSN",
            "STARTTLS",
        ];
        return new SmtpReply(250, "", _session.Tls is null ? lines : lines[..^1]);
    }

    private SmtpReply Sender(SmtpCommand.MailFrom mail)
    {
        if (_server.Clock.GetUtcNow() - _startedAt >= _options.ConnectionTimeout)
        {
            return Replies.TooLong;
        }

        if (_server.Rules.Current is null)
        {
            return Replies.RulesUnknown;
        }

        if (_server.Budget.IsExhausted)
        {
            return Replies.OutOfMemory;
        }

        if (++_transactions > _options.MaxTransactions)
        {
            return Replies.TooManyTransactions;
        }

        DateTimeOffset now = _server.Clock.GetUtcNow();
        SenderLookups? lookups = _server.Inbound.BeginSender(_connection.Client.Address, _session.ClientName!, mail.Sender, _server.Rules.Current.Lookups);
        _session.Begin(MailId.New(now), now, new Envelope(mail.Sender, mail.Parameters), lookups);
        return SmtpReply.SenderOk;
    }

    private SmtpReply Recipient(SmtpCommand.RcptTo rcpt)
    {
        if (_server.Rules.Current is not { } rules)
        {
            return Replies.RulesUnknown;
        }

        RecipientDecision decision = _server.Returns.Decide(rcpt.Recipient, _session.Envelope?.Sender, rules)
            ?? rules.Resolve(rcpt.Recipient, _session.Envelope?.Sender, _server.Clock.GetUtcNow());
        if (decision is RecipientDecision.Refuse refusal)
        {
            _server.Metrics.RecipientRefused();
            _session.Refuse(rcpt.Recipient, refusal);
            return refusal.Reply;
        }

        // One reply answers for the whole message: who wants it judged otherwise gets it on its own (RFC 5321 §4.5.3.1.10).
        // A report that is read here goes with nothing else.
        DomainPolicy policy = decision is RecipientDecision.Return ? DomainPolicy.Off : rules.PolicyFor(rcpt.Recipient);
        if (_session.Policy is { } first && (!first.IsSameAs(policy) || decision is RecipientDecision.Return || _session.IsReturn))
        {
            return Replies.AnotherPolicy;
        }

        _session.Accept(new AliasRecipient(rcpt.Recipient, rcpt.Parameters), decision, policy);
        return SmtpReply.RecipientOk;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask TakeMessageAsync()
    {
        Send(SmtpReply.StartMessage);
        var message = new IncomingMessage(_server, _connection, _session, _lookups);
        CustodyVerdict? verdict = null;
        try
        {
            await using (message)
            {
                while (!message.IsComplete)
                {
                    ReadResult read = await ReadAsync(message.NextTimeout(_stopping.IsCancellationRequested));
                    if (read.IsCompleted && read.Buffer.IsEmpty)
                    {
                        _input.AdvanceTo(read.Buffer.End);
                        _isOver = true;
                        return;
                    }

                    // Whoever sends a message has read 354, and with it the 250 to the message before.
                    _unconfirmed = null;
                    ReadOnlySequence<byte> buffer = read.Buffer;
                    SequencePosition end = message.Take(buffer);
                    if (!message.IsComplete && (_timer.HasFired || message.IsTooSlow))
                    {
                        _input.AdvanceTo(end);
                        SmtpReply why = _stopping.IsCancellationRequested ? Replies.Stopping : _timer.HasFired ? Replies.Silent : Replies.TooSlow;
                        EndTransaction("abandoned", why.ToString());
                        Send(why);
                        return;
                    }

                    await message.StoreAsync();
                    _input.AdvanceTo(end);
                    if (read.IsCompleted && !message.IsComplete)
                    {
                        _isOver = true;
                        return;
                    }
                }

                verdict = await message.HandOnAsync(_stopping);
            }
        }
        catch (Exception e) when (e is not (IOException or OperationCanceledException))
        {
            // A bug, not the sender's fault. Nothing was promised yet; the sender keeps the message.
            Log.Failed(_server.Logger, e, _session.Id);
            EndTransaction("deferred", Replies.LocalError.ToString());
            Send(Replies.LocalError);
            return;
        }

        _session.Reset();
        Send(verdict.Reply);
        await TellAsync(verdict);
    }

    /// <summary>Sends the reply to the final dot. Where it is a 250 that meets a dead connection, the ledger remembers the message.</summary>
    private async Task TellAsync(CustodyVerdict verdict)
    {
        bool isDead;
        try
        {
            _sentBlind = 0;
            if (_input.TryRead(out ReadResult waiting))
            {
                _sentBlind = waiting.Buffer.Length;
                _input.AdvanceTo(waiting.Buffer.Start);
            }

            isDead = await FlushAsync();
        }
        catch (IOException)
        {
            isDead = true;
        }

        bool isTaken = verdict.Reply.IsPositive;
        if (isDead)
        {
            _isOver = true;
            if (isTaken)
            {
                verdict.Receipt?.Lost();
            }
        }

        verdict.Receipt?.Close();
        _unconfirmed = isTaken && !isDead ? verdict.Receipt : null;
        if (_stopping.IsCancellationRequested)
        {
            // The reads since the dot may have used up the wake-up call of the stop; the next one is to say 421.
            _input.CancelPendingRead();
        }
    }

    /// <summary>
    /// A client that has closed its side before it got the last 250 may be waiting for it still (a FIN is not death), or be gone: then its host answers
    /// our reply with a reset, a round trip later.
    /// </summary>
    private async Task ConfirmAtEndAsync()
    {
        for (int i = 0; _unconfirmed is not null && i < 10; i++)
        {
            if (_connection.IsReset())
            {
                _unconfirmed.Lost();
                return;
            }

            // Before a FIN it is the transport that hears of the reset, and it tells by an exception here: RunAsync knows what that means.
            if (_input.TryRead(out ReadResult read))
            {
                _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(i == 0 ? 5 : 50), _server.Clock);
        }
    }

    private async Task StartTlsAsync()
    {
        Send(Replies.StartTls);
        await FlushAsync();
        using var timeout = new CancellationTokenSource(_options.CommandTimeout, _server.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping);
        _tls = await StartTls.UpgradeAsync(_transport, _server.Certificate, either.Token);
        (_input, _output) = (_tls.Input, _tls.Output);
        _timer.Watch(_input, _output);
        EndTransaction("abandoned", "STARTTLS");
        _session.Encrypt(_tls.Description);
    }

    // Five of these for each message: the state of one is used again by the next.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadAsync(TimeSpan timeout)
    {
        // A read that finds bytes waiting needs no flush before it and no timer: more commands of one pipelined batch, most often.
        if (_output.UnflushedBytes > 0)
        {
            _isOver |= await FlushAsync();
        }

        _timer.Forget();
        ValueTask<ReadResult> read = _input.ReadAsync();
        if (read.IsCompleted)
        {
            if ((_doneInPlace += CommandsOfRead) > MostInPlace)
            {
                _doneInPlace = 0;
                await Task.Yield();
            }

            return await read;
        }

        _timer.StartRead(timeout);
        ReadResult result = await read;
        _timer.Stop();
        _doneInPlace = 0;
        return result;
    }

    /// <summary>Sends what has been written.</summary>
    /// <returns>True where the client is gone.</returns>
    /// <exception cref="IOException">The client does not take its replies.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FlushAsync()
    {
        ValueTask<FlushResult> flush = _output.FlushAsync();
        bool isWaiting = !flush.IsCompleted;
        if (isWaiting)
        {
            _timer.StartFlush(_options.CommandTimeout);
        }

        FlushResult result = await flush;
        if (isWaiting)
        {
            _timer.Stop();
        }

        if (result.IsCanceled)
        {
            throw new IOException("it does not read its replies");
        }

        if (result.IsCompleted)
        {
            // The error that says so is told once, and not to ConfirmAtEndAsync any more.
            _unconfirmed?.Lost();
            _unconfirmed = null;
        }

        return result.IsCompleted;
    }

    private void EndTransaction(string result, string reply)
    {
        if (_session.Envelope is not null || _session.RefusedRecipients.Count > 0)
        {
            _server.Activity.Received(Transaction.Record(_session, _connection, content: null, result, reply, _server.Clock.GetUtcNow()));
        }

        _session.Reset();
    }

    private void Send(SmtpReply reply)
    {
        reply.WriteTo(_output);
        _isOver |= reply.EndsSession;
        Log.Reply(_server.Logger, _connection.Client.Address, reply);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1001, Level = LogLevel.Debug, Message = "{Client} < {Reply}")]
        public static partial void Reply(ILogger logger, System.Net.IPAddress client, SmtpReply reply);

        [LoggerMessage(EventId = 1002, Level = LogLevel.Debug, Message = "{Client} is gone: {Reason}")]
        public static partial void Broken(ILogger logger, System.Net.IPAddress client, string reason);

        [LoggerMessage(EventId = 1003, Level = LogLevel.Error, Message = "{Id} could not be taken and was answered 451")]
        public static partial void Failed(ILogger logger, Exception e, MailId id);
    }
}
