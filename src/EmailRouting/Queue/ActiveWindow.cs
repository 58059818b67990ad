using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EmailRouting.Queue;

/// <summary>
/// The limited window on a queue of any length: a lane per destination domain. A lane runs so many attempts at once and no more, and lanes take turns, so a
/// domain that is slow or dead holds up nothing but its own mail.
/// </summary>
/// <remarks>A lane that is full is passed over when more is claimed (<see cref="FullDomains"/>): its backlog stays on disk.</remarks>
internal sealed class ActiveWindow(int concurrency, int concurrencyPerDomain, int capacity, long byteCapacity)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, Lane> _lanes = [];
    private readonly Dictionary<Claim, ActiveDelivery> _deliveries = [];
    private readonly Queue<Lane> _turns = new();
    private readonly Queue<RoomRequest> _requests = new();
    private Func<ActiveDelivery, Action, Task>? _attempt;
    private TaskCompletionSource? _empty;
    private int _reserved;
    private long _bytes;
    private int _running;
    private bool _isStopped;

    private int LaneCapacity => Math.Max(concurrencyPerDomain * 2, capacity / 4);

    /// <summary>How many more may be claimed.</summary>
    public int Room
    {
        get
        {
            lock (_changing)
            {
                return _isStopped || _attempt is null ? 0 : Math.Max(0, capacity - _reserved);
            }
        }
    }

    /// <summary>Domains that have enough here; what else is due for them may wait on disk.</summary>
    public ImmutableArray<string> FullDomains
    {
        get
        {
            lock (_changing)
            {
                return [.. _lanes.Values.Where(lane => lane.Waiting.Count >= LaneCapacity).Select(lane => lane.Domain)];
            }
        }
    }

    public ImmutableArray<Claim> Claims
    {
        get
        {
            lock (_changing)
            {
                return [.. _deliveries.Keys];
            }
        }
    }

    /// <summary>From now on deliveries are attempted, each by one call.</summary>
    /// <param name="attempt">May say that its turn is over before it ends: then the next one of the lane begins.</param>
    public void Start(Func<ActiveDelivery, Action, Task> attempt)
    {
        lock (_changing)
        {
            _attempt = attempt;
        }
    }

    /// <summary>Keeps places for messages that are about to be stored. False where there are none: then they are stored for a later claim.</summary>
    public bool TryReserve(int deliveries, long bytes)
    {
        lock (_changing)
        {
            if (_isStopped || _attempt is null || _reserved + deliveries > capacity || _bytes + bytes * deliveries > byteCapacity)
            {
                return false;
            }

            _reserved += deliveries;
            _bytes += bytes * deliveries;
            return true;
        }
    }

    /// <summary>As <see cref="TryReserve"/>, and waits for places that others hold; who waits is served in turn.</summary>
    /// <param name="deliveries">How many.</param>
    /// <param name="bytes">Of each.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="clock">Measures that.</param>
    /// <param name="cancellation">No place is kept then.</param>
    /// <returns>False where there was none in time, or there never can be.</returns>
    public async ValueTask<bool> ReserveAsync(int deliveries, long bytes, TimeSpan patience, TimeProvider clock, CancellationToken cancellation)
    {
        var request = new RoomRequest(deliveries, bytes);
        lock (_changing)
        {
            if (_requests.Count == 0 && TryReserve(deliveries, bytes))
            {
                return true;
            }

            if (_isStopped || _attempt is null || deliveries > capacity || bytes * deliveries > byteCapacity)
            {
                return false;
            }

            _requests.Enqueue(request);
        }

        try
        {
            return await request.Task.WaitAsync(patience, clock, cancellation);
        }
        catch (TimeoutException)
        {
            return !request.TrySetResult(false) && await request.Task;
        }
        catch (OperationCanceledException)
        {
            if (!request.TrySetResult(false) && await request.Task)
            {
                CancelReservation(deliveries, bytes);
            }

            throw;
        }
    }

    public void CancelReservation(int deliveries, long bytes)
    {
        lock (_changing)
        {
            GiveBack(deliveries, bytes * deliveries);
        }
    }

    /// <summary>Takes in a delivery for which a place was reserved. False after <see cref="Stop"/>: its claim is then due at the next start.</summary>
    public bool EnterReserved(ActiveDelivery delivery)
    {
        lock (_changing)
        {
            if (_isStopped)
            {
                return false;
            }

            Enter(delivery);
        }

        BeginTurns();
        return true;
    }

    /// <summary>Takes in a delivery that was claimed from the store; as <see cref="EnterReserved"/> otherwise.</summary>
    public bool EnterClaimed(ActiveDelivery delivery)
    {
        lock (_changing)
        {
            _reserved++;
            _bytes += delivery.Bytes;
        }

        return EnterReserved(delivery);
    }

    /// <summary>Takes in a delivery whose attempt runs already: it waits for no turn and is no part of the limits that are about beginning one.</summary>
    public void EnterUnderWay(ActiveDelivery delivery)
    {
        Func<ActiveDelivery, Action, Task> attempt;
        lock (_changing)
        {
            attempt = _attempt ?? throw new InvalidOperationException("The queue does not run");
            _reserved++;
            _bytes += delivery.Bytes;
            _deliveries.Add(delivery.Delivery.Claim, delivery);
        }

        _ = FollowAsync(attempt, delivery, lane: null);
    }

    /// <summary>Nothing more is begun. Returns what was waiting, for its claims to be given back.</summary>
    public ImmutableArray<ActiveDelivery> Stop()
    {
        lock (_changing)
        {
            _isStopped = true;
            ImmutableArray<ActiveDelivery> waiting = [.. _lanes.Values.SelectMany(lane => lane.Waiting)];
            foreach (ActiveDelivery delivery in waiting)
            {
                Leave(delivery);
            }

            _lanes.Clear();
            _turns.Clear();
            while (_requests.TryDequeue(out RoomRequest? request))
            {
                request.TrySetResult(false);
            }

            return waiting;
        }
    }

    /// <summary>Completes when no attempt is under way any more; for after <see cref="Stop"/>.</summary>
    public Task DrainedAsync()
    {
        lock (_changing)
        {
            if (_deliveries.Count == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    private void Enter(ActiveDelivery delivery)
    {
        _deliveries.Add(delivery.Delivery.Claim, delivery);
        if (!_lanes.TryGetValue(delivery.Domain, out Lane? lane))
        {
            _lanes.Add(delivery.Domain, lane = new Lane(delivery.Domain));
        }

        lane.Waiting.Enqueue(delivery);
        QueueForTurn(lane);
    }

    private void BeginTurns()
    {
        while (TryTakeTurn(out ActiveDelivery? delivery, out Lane? lane))
        {
            _ = FollowAsync(_attempt!, delivery, lane);
        }
    }

    private bool TryTakeTurn([NotNullWhen(true)] out ActiveDelivery? delivery, [NotNullWhen(true)] out Lane? lane)
    {
        lock (_changing)
        {
            delivery = null;
            lane = null;
            if (_isStopped || _running >= concurrency || !_turns.TryDequeue(out lane))
            {
                return false;
            }

            lane.HasTurn = false;
            delivery = lane.Waiting.Dequeue();
            lane.Running++;
            _running++;
            QueueForTurn(lane);
            return true;
        }
    }

    // The attempt catches what goes wrong with it; what is caught here is only that a place is never lost.
    private async Task FollowAsync(Func<ActiveDelivery, Action, Task> attempt, ActiveDelivery delivery, Lane? lane)
    {
        await Task.Yield();
        bool isSettling = false;
        try
        {
            await attempt(delivery, EndTurn);
        }
        finally
        {
            lock (_changing)
            {
                Leave(delivery);
                if (lane is not null)
                {
                    _running--;
                    _ = isSettling ? lane.Settling-- : lane.Running--;
                    QueueForTurn(lane);
                    if (lane is { Running: 0, Settling: 0, Waiting.Count: 0 })
                    {
                        _lanes.Remove(lane.Domain);
                    }
                }
            }

            BeginTurns();
        }

        void EndTurn()
        {
            lock (_changing)
            {
                if (lane is not null && !isSettling)
                {
                    isSettling = true;
                    lane.Running--;
                    lane.Settling++;
                    QueueForTurn(lane);
                }
            }

            BeginTurns();
        }
    }

    private void QueueForTurn(Lane lane)
    {
        // What is not written down yet is sent twice after a crash: with a disk that takes nothing, no more of it may gather than this.
        if (!lane.HasTurn && lane.Waiting.Count > 0 && lane.Running < concurrencyPerDomain && lane.Running + lane.Settling < 2 * concurrencyPerDomain)
        {
            lane.HasTurn = true;
            _turns.Enqueue(lane);
        }
    }

    private void Leave(ActiveDelivery delivery)
    {
        _deliveries.Remove(delivery.Delivery.Claim);
        GiveBack(1, delivery.Bytes);
        if (_deliveries.Count == 0)
        {
            _empty?.TrySetResult();
        }
    }

    private void GiveBack(int deliveries, long bytes)
    {
        _reserved -= deliveries;
        _bytes -= bytes;

        while (_requests.TryPeek(out RoomRequest? request))
        {
            // Whoever lost patience still stands in the row.
            bool isThere = !request.Task.IsCompleted;
            if (isThere && !TryReserve(request.Deliveries, request.Bytes))
            {
                return;
            }

            _requests.Dequeue();
            if (isThere && !request.TrySetResult(true))
            {
                _reserved -= request.Deliveries;
                _bytes -= request.Bytes * request.Deliveries;
            }
        }
    }

    private sealed class Lane(string domain)
    {
        public string Domain { get; } = domain;

        public Queue<ActiveDelivery> Waiting { get; } = new();

        /// <summary>Attempts under way.</summary>
        public int Running { get; set; }

        /// <summary>Attempts that are over, and whose outcome is being written down.</summary>
        public int Settling { get; set; }

        public bool HasTurn { get; set; }
    }
}
