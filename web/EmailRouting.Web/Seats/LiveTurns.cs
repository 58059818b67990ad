namespace EmailRouting.Web.Seats;

/// <summary>Pages that keep themselves up to date take turns, and all of them together take a small part of the machine: mail goes first.</summary>
public sealed class LiveTurns(TimeProvider clock) : IDisposable
{
    // After work rest nineteen times as long: a twentieth of one processor, however many watch. Their browsers follow.
    private const int Rest = 19;
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Looks anew, when it is this page's turn.</summary>
    /// <param name="look">Reads and draws.</param>
    /// <param name="leaving">The page is gone.</param>
    public async Task TakeAsync(Func<Task> look, CancellationToken leaving)
    {
        await _turn.WaitAsync(leaving);
        try
        {
            long begin = clock.GetTimestamp();
            await look();
            TimeSpan rest = clock.GetElapsedTime(begin) * Rest;
            await Task.Delay(rest < LongestRest ? rest : LongestRest, clock, leaving);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
