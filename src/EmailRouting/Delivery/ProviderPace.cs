namespace EmailRouting.Delivery;

/// <summary>How much a provider gets, by what it says: halved when it asks for less, nothing for a while when it refuses us, and a little more with each message it takes.</summary>
/// <remarks>Pure arithmetic: the clock is the caller's, and so is the lock.</remarks>
internal sealed class ProviderPace
{
    /// <summary>A refusal can be about one mail, whatever it says; so many in a row are about us.</summary>
    public const int RefusalsToPause = 3;

    public static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(30);

    private readonly int _most;
    private readonly TimeSpan _least;
    private int _slowdowns;
    private int _pauses;
    private int _refusals;

    /// <param name="most">Attempts at once, in good times.</param>
    /// <param name="least">Between two attempts, in good times.</param>
    public ProviderPace(int most, TimeSpan least) => (_most, _least, Limit, Interval) = (most, least, most, least);

    /// <summary>Attempts at once.</summary>
    public int Limit { get; private set; }

    /// <summary>Between the beginnings of two attempts.</summary>
    public TimeSpan Interval { get; private set; }

    /// <summary>Nothing begins before.</summary>
    public DateTimeOffset Until { get; private set; }

    /// <summary>A pause that is over leaves it slowed: the first messages are a test.</summary>
    public ProviderState State { get; private set; }

    public ProviderState StateAt(DateTimeOffset now) => State == ProviderState.Paused && Until <= now ? ProviderState.Slowed : State;

    public void Delivered(DateTimeOffset now)
    {
        _refusals = 0;

        // What was on its way when it was told to stop may still be taken, and proves nothing.
        if (State == ProviderState.Healthy || Until > now)
        {
            return;
        }

        Limit = Math.Min(Limit + 1, _most);
        Interval = Interval > FirstInterval && Interval / 2 > _least ? Interval / 2 : _least;
        if (Limit == _most && Interval == _least)
        {
            (State, _slowdowns, _pauses) = (ProviderState.Healthy, 0, 0);
        }
    }

    /// <returns>Whether it is treated otherwise from here on.</returns>
    public bool Says(ReputationSign sign, int underWay, DateTimeOffset now, double jitter)
    {
        // What was under way together is answered together, and is one answer.
        if (sign == ReputationSign.None || Until > now)
        {
            return false;
        }

        if (sign == ReputationSign.Slower)
        {
            _slowdowns++;
            Limit = Math.Max(1, Math.Min(Limit, underWay) / 2);
            Until = now + BackOff.After(_slowdowns, jitter);
            State = ProviderState.Slowed;
        }
        else
        {
            // Once it has been paused, one more refusal is enough.
            if (++_refusals < RefusalsToPause && _pauses == 0)
            {
                return false;
            }

            TimeSpan pause = FirstPause * (1 << Math.Min(_pauses++, 10));
            Limit = 1;
            Until = now + ((pause < LongestPause ? pause : LongestPause) * (1 + (jitter / 4)));
            State = ProviderState.Paused;
        }

        TimeSpan interval = Interval * 2;
        Interval = interval < FirstInterval ? FirstInterval : interval < LongestInterval ? interval : Max(_least, LongestInterval);
        return true;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
