namespace EmailRouting.Policy;

internal static class Waiting
{
    /// <summary>What a lookup comes to, or what stands for it when the time is over.</summary>
    public static async Task<T> OrAsync<T>(this Task<T> lookup, T otherwise, CancellationToken end)
    {
        await ((Task)lookup).WaitAsync(end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return lookup.IsCompletedSuccessfully ? await lookup : lookup.IsFaulted ? await lookup : otherwise;
    }
}
