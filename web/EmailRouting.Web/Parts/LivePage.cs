using EmailRouting.Web.Seats;
using Microsoft.AspNetCore.Components;

namespace EmailRouting.Web.Parts;

/// <summary>A page that looks again by itself for as long as it is open.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();

    /// <summary>Cancelled when the page is closed.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    [Inject] protected TimeProvider Time { get; set; } = null!;

    [Inject] private LiveTurns Turns { get; set; } = null!;

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Looks again whenever something has come, and at the earliest after a pause: what comes in between is seen at once.</summary>
    /// <param name="comeAsync">Ends when there may be something new.</param>
    /// <param name="pause">Between two looks.</param>
    /// <param name="lookAsync">Reads, asks whether it still may, and draws. On the dispatcher of the page.</param>
    protected async Task FollowAsync(Func<Task> comeAsync, TimeSpan pause, Func<Task> lookAsync)
    {
        try
        {
            while (true)
            {
                await comeAsync();
                await Task.Delay(pause, Time, Leaving);
                await Turns.TakeAsync(() => InvokeAsync(lookAsync), Leaving);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException) when (_leaving.IsCancellationRequested)
        {
        }
        catch (Exception e) when (!_leaving.IsCancellationRequested)
        {
            // Nobody awaits this: the frame shows it, as it does what fails while a page is drawn.
            await DispatchExceptionAsync(e);
        }
    }

    /// <summary>Looks again after each pause.</summary>
    protected Task FollowAsync(TimeSpan pause, Func<Task> lookAsync) => FollowAsync(static () => Task.CompletedTask, pause, lookAsync);

    protected virtual void Dispose(bool isDisposing)
    {
        // Not disposed of: who still works with its token finds it cancelled.
        _leaving.Cancel();
    }
}
