using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>An open session with a remote host, ready for one transaction after another.</summary>
internal sealed class SmtpConnection : IDisposable
{
    // Dot-stuffing makes at most four bytes of three ("\r\n."), so two blocks stay under 64 KiB on the wire.
    private const int BlockSize = 24 * 1024;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly SmtpWire _wire;
    private readonly EhloFeatures _features;
    private readonly DeliveryOptions _options;
    private int _messages;
    private bool _needsReset;

    /// <param name="hop">Whom it leads to.</param>
    /// <param name="wire">Signed in and ready.</param>
    /// <param name="tls">Protocol, cipher and certificate; empty in clear text.</param>
    /// <param name="features">What the host offers.</param>
    /// <param name="options">Limits.</param>
    public SmtpConnection(NextHop hop, SmtpWire wire, string tls, EhloFeatures features, DeliveryOptions options) =>
        (Hop, _wire, Tls, _features, _options) = (hop, wire, tls, features, options);

    private enum Stage
    {
        Reset,
        Mail,
        Rcpt,
        Data,
    }

    public NextHop Hop { get; }

    public string Tls { get; }

    /// <summary>In step with the host, and not yet at its last message.</summary>
    public bool IsReusable { get; private set; } = true;

    /// <summary>Timestamp of the pool's clock; set when the connection goes idle.</summary>
    public long IdleSince { get; set; }

    /// <summary>Whether the connection, idle until now, still stands.</summary>
    public bool IsAlive => IsReusable && _wire.IsQuiet();

    /// <summary>One mail transaction. Cancelling closes the connection, wherever the transaction is.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TransactionResult> SendAsync(Consignment consignment, CancellationToken cancellation)
    {
        // :: Step 1: what this host cannot carry is not offered to it.
        if (OutboundEnvelope.Refusal(consignment, _features) is { } refusal)
        {
            return new TransactionResult(Verdict.Refused, refusal, Sha256: null, IsHostTrouble: false);
        }

        bool isReused = _messages > 0;
        IsReusable = ++_messages < _options.MaxMessagesPerConnection;
        var state = new Progress();
        using CancellationTokenRegistration registration = _wire.AbortOn(cancellation);
        try
        {
            // :: Step 2: the envelope, in one round trip where the host can.
            if (await SendEnvelopeAsync(consignment, state) is null)
            {
                // :: Step 3: the message and its final dot. From the dot on the host may have the message.
                await SendContentAsync(consignment, state);
                state.Verdict = await _wire.ReadReplyAsync(_options.FinalDotTimeout);
            }
        }
        catch (ConnectionLostException e)
        {
            IsReusable = false;
            if (!state.IsAnswered && isReused)
            {
                return new TransactionResult(Verdict.Stale, OwnWords(e.Message), Sha256: null, IsHostTrouble: true);
            }

            // A host that hangs up in the middle often says why.
            if (state.Verdict is null && !cancellation.IsCancellationRequested && await TryReadLastWordsAsync() is { IsError: true } lastWords)
            {
                state.Verdict = lastWords;
            }

            if (state.Verdict is null)
            {
                Verdict verdict = state.IsDotSent ? Verdict.Uncertain : Verdict.NotNow;
                return new TransactionResult(verdict, OwnWords(e.Message), state.Sha256, IsHostTrouble: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Our own disk. The dot has not been sent, and closing the connection without it leaves nothing behind (RFC 5321 §4.1.1.4).
            IsReusable = false;
            return new TransactionResult(Verdict.Uncertain, new SmtpReply(451, "4.3.0", $"The message could not be read: {e.Message}"), Sha256: null, IsHostTrouble: false);
        }

        _wire.LiftLimit();
        SmtpReply final = state.Verdict!;
        IsReusable &= !final.EndsSession;

        // :: Step 4: what the reply means.
        // A host that tires of an idle connection says 421 to whatever comes next on it.
        if (isReused && final.EndsSession && !state.IsAnswered)
        {
            return new TransactionResult(Verdict.Stale, final, Sha256: null, IsHostTrouble: true);
        }

        if (final.IsPositive && state.IsDotSent)
        {
            return new TransactionResult(Verdict.Delivered, final, state.Sha256, IsHostTrouble: false);
        }

        if (!final.IsError)
        {
            IsReusable = false;
            return new TransactionResult(state.IsDotSent ? Verdict.Uncertain : Verdict.NotNow, final, state.Sha256, IsHostTrouble: true);
        }

        return new TransactionResult(final.IsPermanentFailure ? Verdict.Refused : Verdict.NotNow, final, state.Sha256, final.EndsSession);
    }

    /// <summary>Says QUIT without waiting for the answer, and closes.</summary>
    public async ValueTask QuitAsync()
    {
        try
        {
            _wire.Output.Write("QUIT\r\n"u8);
            await _wire.FlushAsync(LastWords);
        }
        catch (ConnectionLostException)
        {
            // It has gone already.
        }

        Dispose();
    }

    public void Dispose()
    {
        IsReusable = false;
        _wire.Dispose();
    }

    /// <returns>Null when the host waits for the message, else its first refusal, which is also the verdict.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpReply?> SendEnvelopeAsync(Consignment consignment, Progress state)
    {
        Stage first = _needsReset ? Stage.Reset : Stage.Mail;
        if (_features.Pipelining)
        {
            for (Stage stage = first; stage <= Stage.Data; stage++)
            {
                Write(stage, consignment);
            }

            await _wire.FlushAsync(_options.CommandTimeout);
        }

        bool isDataOpen = false;
        for (Stage stage = first; stage <= Stage.Data; stage++)
        {
            if (!_features.Pipelining)
            {
                Write(stage, consignment);
                await _wire.FlushAsync(_options.CommandTimeout);
            }

            SmtpReply reply = await _wire.ReadReplyAsync(_options.CommandTimeout);
            if (reply.EndsSession)
            {
                // Nothing follows a 421; an earlier refusal is still the verdict.
                state.Verdict ??= reply;
                IsReusable = false;
                return state.Verdict;
            }

            state.IsAnswered |= stage != Stage.Reset;
            if (stage == Stage.Data && reply.Code == 354)
            {
                isDataOpen = true;
            }
            else if (stage == Stage.Data || !reply.IsPositive)
            {
                state.Verdict ??= reply;
                if (!_features.Pipelining)
                {
                    break;
                }
            }
        }

        _needsReset = state.Verdict is not null;
        if (isDataOpen && state.Verdict is not null)
        {
            // 354 although the recipient was refused: an empty message goes nowhere, and the session goes on (RFC 2920 §3.1).
            _wire.Output.Write(".\r\n"u8);
            await _wire.FlushAsync(_options.CommandTimeout);
            IsReusable &= !(await _wire.ReadReplyAsync(_options.FinalDotTimeout)).EndsSession;
        }

        return state.Verdict;
    }

    private void Write(Stage stage, Consignment consignment)
    {
        switch (stage)
        {
            case Stage.Reset:
                _wire.Output.Write("RSET\r\n"u8);
                break;
            case Stage.Mail:
                OutboundEnvelope.WriteMail(_wire.Output, consignment, _features);
                break;
            case Stage.Rcpt:
                OutboundEnvelope.WriteRcpt(_wire.Output, consignment.Target, _features);
                break;
            case Stage.Data:
                _wire.Output.Write("DATA\r\n"u8);
                break;
        }
    }

    /// <summary>
    /// The trace of ours, where there is one, and the message, ended with its dot where exactly the bytes that came in were handed to the encoder (promise 1); what stands in
    /// front is not among them.
    /// </summary>
    /// <exception cref="IOException">They were others, or could not be read.</exception>
    private async ValueTask SendContentAsync(Consignment consignment, Progress state)
    {
        var encoder = new DotEncoder();
        encoder.Encode(consignment.Target.Trace.Span, _wire.Output);
        byte[] expected = consignment.Content.Facts.Sha256;
        bool isUnchanged;
        if (consignment.Content.TryGetMemory(out ReadOnlySequence<byte> memory) && memory.IsSingleSegment && memory.Length <= BlockSize)
        {
            // Small: hashed in one go, and sent with its final dot in one packet.
            isUnchanged = IsDigest(expected, memory.FirstSpan);
            encoder.Encode(memory.FirstSpan, _wire.Output);
        }
        else
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await foreach (ReadOnlyMemory<byte> block in consignment.Content.ReadBlocksAsync(BlockSize))
            {
                if (_wire.Unflushed > BlockSize)
                {
                    await _wire.FlushAsync(_options.DataBlockTimeout);
                }

                hash.AppendData(block.Span);
                encoder.Encode(block.Span, _wire.Output);
            }

            isUnchanged = hash.GetHashAndReset().AsSpan().SequenceEqual(expected);
        }

        if (!isUnchanged)
        {
            throw new IOException("its octets are not those that came in");
        }

        encoder.Finish(_wire.Output);
        state.IsDotSent = true;
        await _wire.FlushAsync(_options.DataBlockTimeout);
        state.Sha256 = expected;
    }

    private static bool IsDigest(byte[] expected, ReadOnlySpan<byte> message)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, digest);
        return digest.SequenceEqual(expected);
    }

    private async ValueTask<SmtpReply?> TryReadLastWordsAsync()
    {
        try
        {
            return await _wire.ReadReplyAsync(LastWords);
        }
        catch (ConnectionLostException)
        {
            return null;
        }
    }

    private static SmtpReply OwnWords(string text) => new(451, "4.4.2", char.ToUpperInvariant(text[0]) + text[1..]);

    /// <summary>How far a transaction has come; what is known of it when the connection breaks.</summary>
    private sealed class Progress
    {
        public bool IsAnswered { get; set; }

        public bool IsDotSent { get; set; }

        public SmtpReply? Verdict { get; set; }

        public byte[]? Sha256 { get; set; }
    }
}
