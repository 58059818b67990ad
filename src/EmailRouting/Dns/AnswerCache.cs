using System.Net;

namespace EmailRouting.Dns;

/// <summary>Answers that have been given, for as long as they may be kept; and questions under way, each of them asked once however many wait for it.</summary>
/// <remarks>
/// Two generations: what is asked for moves to the young one, and when that is full the old one is forgotten whole. So memory is bounded (invariant 10), what is
/// in use stays, and nobody has to look for the entry that has not been used for longest.
/// </remarks>
/// <param name="clock">For lifetimes.</param>
/// <param name="capacity">Octets, roughly, that one generation holds.</param>
internal sealed class AnswerCache(TimeProvider clock, long capacity = AnswerCache.DefaultCapacity)
{
    public const long DefaultCapacity = 16 * 1024 * 1024;

    /// <summary>How long one question may be under way, aliases and retries included. It runs on when its askers have gone: the next one will want the answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // An entry, its task and the answer's own object, before any record.
    private const int WeightOfEntry = 250;
    private const int WeightOfRecord = 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<Question, Task> _underWay = [];
    private Dictionary<Question, Entry> _young = [];
    private Dictionary<Question, Entry> _old = [];
    private long _weight;

    /// <summary>The answer that is kept, or null.</summary>
    public Task<DnsAnswer<T>>? Find<T>(Question question)
    {
        lock (_lock)
        {
            return FindLocked<T>(question);
        }
    }

    /// <summary>The answer that is kept, or will be: joins the question if it is under way, else asks it.</summary>
    /// <param name="question">The type decides what the records are.</param>
    /// <param name="ask">Given up after <see cref="Limit"/>, and only then.</param>
    /// <param name="cancellation">Of this asker alone; the answer is then a failure.</param>
    public async Task<DnsAnswer<T>> AskAsync<T>(Question question, Func<CancellationToken, Task<Lookup<T>>> ask, CancellationToken cancellation)
    {
        Task<DnsAnswer<T>> answer;
        lock (_lock)
        {
            if (FindLocked<T>(question) is { } known)
            {
                answer = known;
            }
            else if (_underWay.TryGetValue(question, out Task? running))
            {
                answer = (Task<DnsAnswer<T>>)running;
            }
            else
            {
                // On another thread, so that nothing of it happens under the lock.
                _underWay.Add(question, answer = Task.Run(() => FetchAsync(question, ask), CancellationToken.None));
            }
        }

        await ((Task)answer).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return answer.IsCompletedSuccessfully ? await answer : new DnsAnswer<T>.Failed("given up");
    }

    private async Task<DnsAnswer<T>> FetchAsync<T>(Question question, Func<CancellationToken, Task<Lookup<T>>> ask)
    {
        Lookup<T>? lookup = null;
        try
        {
            using var limit = new CancellationTokenSource(Limit, clock);
            lookup = await ask(limit.Token);
            return lookup.Answer;
        }
        finally
        {
            lock (_lock)
            {
                _underWay.Remove(question);
                if (lookup is not null)
                {
                    long until = clock.GetTimestamp() + (long)(lookup.Lifetime.TotalSeconds * clock.TimestampFrequency);
                    Keep(question, new Entry(Task.FromResult(lookup.Answer), until, Weigh(question, lookup.Answer)));
                }
            }
        }
    }

    private Task<DnsAnswer<T>>? FindLocked<T>(Question question)
    {
        bool isYoung = _young.TryGetValue(question, out Entry entry);
        if (!isYoung && !_old.TryGetValue(question, out entry))
        {
            return null;
        }

        if (entry.Until <= clock.GetTimestamp())
        {
            return null;
        }

        if (!isYoung)
        {
            _old.Remove(question);
            Keep(question, entry);
        }

        return (Task<DnsAnswer<T>>)entry.Answer;
    }

    private void Keep(Question question, Entry entry)
    {
        if (_young.TryGetValue(question, out Entry former))
        {
            _weight -= former.Weight;
        }

        _young[question] = entry;
        _weight += entry.Weight;
        if (_weight > capacity)
        {
            (_old, _young, _weight) = (_young, [], 0);
        }
    }

    private static long Weigh<T>(Question question, DnsAnswer<T> answer)
    {
        long weight = WeightOfEntry + (2 * question.Name.Length);
        if (answer is DnsAnswer<T>.Found found)
        {
            foreach (T record in found.Records)
            {
                weight += WeightOfRecord + (2 * record switch
                {
                    string text => text.Length,
                    MailExchange mx => mx.Host.Length,
                    IPAddress => 0,
                    _ => throw new System.Diagnostics.UnreachableException(),
                });
            }
        }

        return weight;
    }

    /// <param name="Answer">A finished task, handed out as it is: an answer that is kept costs no allocation.</param>
    /// <param name="Until">Timestamp of the clock.</param>
    /// <param name="Weight">Octets, roughly.</param>
    private readonly record struct Entry(Task Answer, long Until, long Weight);
}
