using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>One provider: its pace, who is under way and who waits, and what it has said. The lock is that of <see cref="Providers"/>.</summary>
internal sealed class Provider(string name, ProviderPace pace, DateTimeOffset firstMet)
{
    private const int Remembered = 100;
    private const int Replies = 5;
    private const int MaxText = 300;

    private readonly Queue<bool> _lately = new(Remembered);
    private readonly Queue<TaskCompletionSource<DateTimeOffset?>> _waiting = [];
    private readonly LinkedList<ProviderReply> _replies = [];
    private DateTimeOffset _since = firstMet;
    private DateTimeOffset _nextSlot;
    private long _delivered;
    private long _deferred;
    private long _refused;

    public string Name { get; } = name;

    public ProviderPace Pace { get; } = pace;

    /// <summary>What it said when it was last treated otherwise.</summary>
    public string Reason { get; private set; } = string.Empty;

    public int UnderWay { get; private set; }

    public int Waiting => _waiting.Count;

    public bool IsIdle => UnderWay == 0 && _waiting.Count == 0;

    /// <summary>How long one that came now would wait for its turn, places aside.</summary>
    public TimeSpan DelayAt(DateTimeOffset now) => _nextSlot > now ? _nextSlot - now : TimeSpan.Zero;

    public bool HasPlace => UnderWay < Pace.Limit && _waiting.Count == 0;

    /// <summary>Takes a place, and the time from which it may be used.</summary>
    public DateTimeOffset Take(DateTimeOffset now)
    {
        UnderWay++;
        DateTimeOffset slot = _nextSlot > now ? _nextSlot : now;
        _nextSlot = slot + Pace.Interval;
        return slot;
    }

    /// <summary>Ends in a place and its time; or in null, where the provider is left alone from now on.</summary>
    public TaskCompletionSource<DateTimeOffset?> Wait()
    {
        var turn = new TaskCompletionSource<DateTimeOffset?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue(turn);
        return turn;
    }

    /// <summary>Gives a place back, and lets those in who wait for one.</summary>
    public void Leave(DateTimeOffset now)
    {
        UnderWay--;
        bool isLeftAlone = Pace.Until > now;
        while ((isLeftAlone || UnderWay < Pace.Limit) && _waiting.TryDequeue(out TaskCompletionSource<DateTimeOffset?>? turn))
        {
            if (isLeftAlone)
            {
                turn.TrySetResult(null);
            }
            else if (!turn.Task.IsCompleted && turn.TrySetResult(Take(now)) is false)
            {
                // It was given up in between.
                UnderWay--;
            }
        }
    }

    /// <returns>Whether it is treated otherwise from here on.</returns>
    public bool Record(DeliveryOutcome outcome, DateTimeOffset now, Func<double> random)
    {
        ProviderState before = Pace.StateAt(now);
        bool isChanged = false;
        switch (outcome)
        {
            case DeliveryOutcome.Delivered:
                _delivered++;
                Pace.Delivered(now);
                break;
            case DeliveryOutcome.Deferred deferred:
                _deferred++;
                isChanged = Hear(deferred.Reply, now, random());
                break;
            case DeliveryOutcome.Refused refused:
                _refused++;
                isChanged = Hear(refused.Reply, now, random());
                break;
        }

        if (_lately.Count == Remembered)
        {
            _lately.Dequeue();
        }

        _lately.Enqueue(outcome is DeliveryOutcome.Delivered);
        if (Pace.StateAt(now) != before)
        {
            _since = now;
            Reason = Pace.State == ProviderState.Healthy ? string.Empty : Reason;
        }

        return isChanged;
    }

    public ProviderHealth HealthAt(DateTimeOffset now) => new(
        Name,
        Pace.StateAt(now),
        Pace.State == ProviderState.Paused && Pace.Until <= now ? Pace.Until : _since,
        Pace.Until > now ? Pace.Until : null,
        Reason,
        _delivered,
        _deferred,
        _refused,
        _lately.Count == 0 ? null : _lately.Count(static isTaken => isTaken) / (double)_lately.Count,
        UnderWay,
        _waiting.Count,
        Pace.Limit,
        Pace.Interval,
        [.. _replies]);

    private bool Hear(SmtpReply reply, DateTimeOffset now, double jitter)
    {
        string text = reply.ToString() is { Length: > MaxText } whole ? whole[..MaxText] : reply.ToString();
        _replies.AddFirst(new ProviderReply(now, text));
        if (_replies.Count > Replies)
        {
            _replies.RemoveLast();
        }

        bool isChanged = Pace.Says(ReputationSigns.Of(reply), UnderWay, now, jitter);
        Reason = isChanged ? text : Reason;
        return isChanged;
    }
}
