namespace EmailRouting.Testing;

/// <summary>Waits for what another process or thread is about to do, and no longer than it takes.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="TimeoutException">It did not come true in time; the message says what.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> failure, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > patience)
            {
                throw new TimeoutException(failure());
            }

            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, TimeSpan, Func{string}, CancellationToken)"/>
    public static Task TrueAsync(Func<bool> condition, TimeSpan patience, Func<string> failure, CancellationToken cancellation) =>
        TrueAsync(() => Task.FromResult(condition()), patience, failure, cancellation);
}
