namespace EmailRouting.Delivery;

/// <summary>What is known of each destination's hosts: how many attempts are under way, and whether they are left alone after trouble.</summary>
/// <remarks>The hosts of a destination are named by its domain, or all by one name where there is a smarthost: so the question needs no DNS.</remarks>
internal sealed class HostSets(TimeProvider clock, Func<double> random, int limit)
{
    // A host set with trouble behind it is forgotten when the table has grown to this and its time is over.
    private const int Many = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostSet> _sets = new(StringComparer.Ordinal);

    public bool IsReady(string name)
    {
        lock (_lock)
        {
            return !_sets.TryGetValue(name, out HostSet? set) || (set.UnderWay < limit && set.Until <= clock.GetUtcNow());
        }
    }

    public void Enter(string name)
    {
        lock (_lock)
        {
            if (!_sets.TryGetValue(name, out HostSet? set))
            {
                Forget();
                _sets.Add(name, set = new HostSet());
            }

            set.UnderWay++;
        }
    }

    /// <summary>An attempt ended and says nothing about the hosts: it was given up.</summary>
    public void Leave(string name)
    {
        lock (_lock)
        {
            Leave(name, _sets[name]);
        }
    }

    public void LeaveWithSuccess(string name)
    {
        lock (_lock)
        {
            HostSet set = _sets[name];
            (set.Failures, set.Until) = (0, default);
            Leave(name, set);
        }
    }

    public void LeaveWithTrouble(string name)
    {
        lock (_lock)
        {
            HostSet set = _sets[name];

            // Twenty attempts that fail together are one failure.
            if (clock.GetUtcNow() is var now && set.Until <= now)
            {
                set.Until = now + BackOff.After(++set.Failures, random());
            }

            Leave(name, set);
        }
    }

    private void Leave(string name, HostSet set)
    {
        if (--set.UnderWay == 0 && set.Failures == 0)
        {
            _sets.Remove(name);
        }
    }

    private void Forget()
    {
        if (_sets.Count >= Many)
        {
            DateTimeOffset now = clock.GetUtcNow();
            foreach ((string name, HostSet set) in _sets)
            {
                if (set.UnderWay == 0 && set.Until <= now)
                {
                    _sets.Remove(name);
                }
            }
        }
    }

    private sealed class HostSet
    {
        public int UnderWay { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
