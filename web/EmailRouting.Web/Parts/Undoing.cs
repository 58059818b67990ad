using EmailRouting.Web.Seats;
using MudBlazor;

namespace EmailRouting.Web.Parts;

/// <summary>Says what was done, and takes it back where that was a slip.</summary>
public static class Undoing
{
    private const int Milliseconds = 10_000;

    /// <param name="notices">Of the page.</param>
    /// <param name="done">What was done.</param>
    /// <param name="undo">Makes it undone.</param>
    public static void AddUndo(this ISnackbar notices, string done, Func<Task> undo)
    {
        // The newest must be seen: only so many are shown at once, and the others would wait behind them.
        notices.Clear();
        notices.Add(done, Severity.Normal, options =>
        {
            options.Action = Texts.Undo;
            options.ActionVariant = Variant.Text;
            options.VisibleStateDuration = Milliseconds;
            options.OnClick = async _ =>
            {
                try
                {
                    await undo();
                }
                catch (DeniedException denied)
                {
                    // The notice belongs to the frame: nothing around it would catch this.
                    notices.Add(denied.Message, Severity.Warning);
                }
            };
        });
    }
}
