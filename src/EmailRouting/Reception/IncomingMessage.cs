using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using EmailRouting.Activity;
using EmailRouting.Custody;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Profiles;
using EmailRouting.Policy;
using EmailRouting.Returns;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Reception;

/// <summary>One message from DATA to the verdict: its octets come in, what is wrong with it is found, Custody takes it.</summary>
/// <remarks>Whatever is wrong, the message is read to its true end: the connection would otherwise run its rest as commands.</remarks>
internal sealed class IncomingMessage : IAsyncDisposable
{
    // RFC 5321 §6.3 asks for a large number, "at least 100 Received", to be a loop; ours adds none, so half of that is a loop of others.
    private const int MaxReceivedLines = 50;

    // A slow start is no slow sender.
    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(4);

    private readonly SmtpFrontEnd _server;
    private readonly ClientConnection _connection;
    private readonly SmtpSession _session;
    private readonly ClientLookups? _lookups;
    private readonly DateTimeOffset _startedAt;
    private DotDecoder _decoder;
    private ContentWriter? _writer;
    private SmtpReply? _refusal;
    private long _received;
    private ImmutableArray<EmailAddress> _aliases;
    private PolicyVerdict _policy = PolicyVerdict.Unchecked;

    /// <param name="server">Shared by all.</param>
    /// <param name="connection">That it comes on.</param>
    /// <param name="session">With a transaction that is open.</param>
    /// <param name="lookups">What is asked about the client; null where nothing is.</param>
    public IncomingMessage(SmtpFrontEnd server, ClientConnection connection, SmtpSession session, ClientLookups? lookups)
    {
        (_server, _connection, _session, _lookups) = (server, connection, session, lookups);
        _startedAt = server.Clock.GetUtcNow();
        _writer = new ContentWriter(server.Budget, server.Spool);
    }

    public bool IsComplete { get; private set; }

    public bool IsTooSlow
    {
        get
        {
            TimeSpan elapsed = _server.Clock.GetUtcNow() - _startedAt;
            return elapsed > _server.Options.MessageTimeout
                || (elapsed > RateGrace && _received < elapsed.TotalSeconds * _server.Options.MinDataRate);
        }
    }

    /// <summary>How long to wait for more.</summary>
    public TimeSpan NextTimeout(bool isStopping) => isStopping ? StopGrace : _server.Options.DataTimeout;

    /// <summary>Takes octets in; returns where the message ended, or the end of the buffer where it goes on.</summary>
    public SequencePosition Take(in ReadOnlySequence<byte> buffer)
    {
        long consumed = 0;
        foreach (ReadOnlyMemory<byte> part in buffer)
        {
            IsComplete = _decoder.Decode(part.Span, (IBufferWriter<byte>?)_writer ?? DiscardWriter.Instance, out int taken);
            consumed += taken;
            if (IsComplete)
            {
                break;
            }
        }

        _received += consumed;
        Judge();
        return buffer.GetPosition(consumed);
    }

    /// <summary>Moves a large message on to its file.</summary>
    public async ValueTask StoreAsync()
    {
        if (_refusal is not null)
        {
            await DisposeAsync();
            return;
        }

        try
        {
            await _writer!.SpillAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            _refusal = Replies.DiskFull;
            await DisposeAsync();
        }
    }

    /// <summary>The message is whole: asks whether it goes in circles, hands it to Custody and writes the transaction down.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CustodyVerdict> HandOnAsync(CancellationToken stopping)
    {
        DateTimeOffset arrivedAt = _server.Clock.GetUtcNow();
        if (_refusal is null)
        {
            try
            {
                (MessageContent content, HeaderFacts header) = await _writer!.CompleteAsync(CancellationToken.None);
                _writer = null;
                using (content)
                {
                    _aliases = _session.Aliases();
                    CustodyVerdict verdict = GoesRound(header) ? new CustodyVerdict(Replies.Loop, CustodyResult.Refused, Receipt: null)
                        : await JudgeByPolicyAsync(content, stopping) is { } refusal ? refusal
                        : await PrepareAsync(content, arrivedAt, stopping) is { } incoming ? await _server.Custodian.TakeAsync(incoming, stopping)
                        : new CustodyVerdict(Replies.NoDeliveryReport, CustodyResult.Refused, Receipt: null);
                    if (verdict.Reply.IsTransientFailure)
                    {
                        // It will come again, and has not been round for that.
                        Forget(header);
                    }

                    Record(verdict, content, arrivedAt);
                    return verdict;
                }
            }
            catch (IOException)
            {
                _refusal = Replies.DiskFull;
            }
        }

        var refused = new CustodyVerdict(_refusal, _refusal.IsTransientFailure ? CustodyResult.Deferred : CustodyResult.Refused, Receipt: null);
        Record(refused, content: null, arrivedAt);
        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            await writer.DisposeAsync();
        }
    }

    // The first thing found wrong is the one that is told.
    private void Judge()
    {
        _refusal ??=
            _decoder.IsMalformed ? Replies.BareLineEnd
            : _writer!.Length > _server.Options.MaxMessageBytes ? Replies.TooLarge(_server.Options.MaxMessageBytes)
            : _decoder.LongestLine > _server.MaxLineOctets ? Replies.LineOverLimit(_server.MaxLineOctets)
            : null;
    }

    // A recipient named twice is visited once.
    private ImmutableArray<EmailAddress> Visited => _aliases.Length == 1 ? _aliases : [.. _aliases.Distinct()];

    private bool GoesRound(HeaderFacts header)
    {
        bool isLoop = header.ReceivedLines > MaxReceivedLines;
        foreach (EmailAddress alias in Visited)
        {
            isLoop |= _server.Loops.Visit(header.Identity, alias) > _server.Options.LoopLimit;
        }

        return isLoop;
    }

    private void Forget(HeaderFacts header)
    {
        foreach (EmailAddress alias in Visited)
        {
            _server.Loops.Forget(header.Identity, alias);
        }
    }

    /// <returns>Null where the message is to be taken.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<CustodyVerdict?> JudgeByPolicyAsync(MessageContent content, CancellationToken stopping)
    {
        DomainPolicy policy = _session.Policy!;
        SenderList everybodys = _server.Rules.Current!.Senders;
        if (ReferenceEquals(policy, DomainPolicy.Off) && everybodys.IsEmpty)
        {
            return null;
        }

        _policy = await _server.Inbound.JudgeAsync(
            new Arrival(
                _connection.Client.Address,
                _session.ClientName!,
                _session.Id,
                _session.Envelope!.Sender,
                _aliases,
                content,
                policy,
                everybodys,
                _lookups,
                _session.Lookups)
            {
                IsExemptFromLimits = _server.Connections.IsExempt(_connection.Client.Address),
            },
            stopping);
        return _policy.Refusal is { } refusal
            ? new CustodyVerdict(refusal, refusal.IsTransientFailure ? CustodyResult.Deferred : CustodyResult.Refused, Receipt: null)
            : null;
    }

    /// <returns>What Custody is to answer for; null where it is no delivery report, and came to an address that takes nothing else.</returns>
    private async ValueTask<IncomingMail?> PrepareAsync(MessageContent content, DateTimeOffset arrivedAt, CancellationToken stopping)
    {
        ReturnAnswer? answer = null;
        if (_session.IsReturn)
        {
            answer = await _server.Returns.AnswerAsync(content, _session.Id, _aliases[0], stopping);
            if (answer is ReturnAnswer.Refused)
            {
                return null;
            }
        }

        Envelope envelope = _session.Envelope!;
        var mail = new AcceptedMail(_session.Id, arrivedAt, envelope, content, MayBounce: envelope.Sender is not null && !_policy.LooksForged);
        return new IncomingMail(mail, await CopiesAsync(mail, stopping), _aliases, _connection.IsClosed)
        {
            Authentication = _policy.Authentication,
            HoldReason = _policy.HoldReason,
            Report = (answer as ReturnAnswer.Tell)?.Report,
        };
    }

    /// <summary>As they are to leave: nothing of that is decided anew when one of them leaves later.</summary>
    private async ValueTask<ImmutableArray<Target>> CopiesAsync(AcceptedMail mail, CancellationToken stopping)
    {
        ForwardingProfile profile = _session.Profile;
        ImmutableArray<Target> copies = Transaction.Targets(_session.Recipients, profile);
        if (profile == ForwardingProfile.Transparent)
        {
            return copies;
        }

        RuleSet rules = _server.Rules.Current!;
        var provenance = new Provenance(_session.ClientName!, _connection.Client.Address, _session.IsExtended, _session.Tls is not null, _policy.Authentication);
        return await _server.Profiles.ApplyAsync(mail, copies, provenance, profile, rules.ReceivesFor, stopping);
    }

    private void Record(CustodyVerdict verdict, MessageContent? content, DateTimeOffset arrivedAt)
    {
        string result = verdict.How switch
        {
            CustodyResult.Delivered => "delivered",
            CustodyResult.Queued => "queued",
            CustodyResult.Held => "held",
            CustodyResult.Dropped => "dropped",
            CustodyResult.AlreadyTaken => "already-taken",
            CustodyResult.Refused => "refused",
            CustodyResult.Deferred => "deferred",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        DateTimeOffset now = _server.Clock.GetUtcNow();
        MessageRecord record = Transaction.Record(_session, _connection, content, result, verdict.Reply.ToString(), now);
        _server.Activity.Received(ReferenceEquals(_policy, PolicyVerdict.Unchecked)
            ? record
            : record with { Checks = [.. Transaction.Checks(_policy), .. Transaction.Outlook(_session, _policy)] });
        _server.Metrics.Message(result, content?.Length ?? 0, now - arrivedAt);
    }
}
