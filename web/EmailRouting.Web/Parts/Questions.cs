using MudBlazor;

namespace EmailRouting.Web.Parts;

/// <summary>Asks before what cannot be undone.</summary>
public static class Questions
{
    /// <returns>Whether it is to be done.</returns>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, string title, string text, string deed)
    {
        IDialogReference dialog = await dialogs.ShowAsync<ConfirmDialog>(title, new DialogParameters<ConfirmDialog>
        {
            { d => d.Title, title },
            { d => d.Text, text },
            { d => d.Deed, deed },
        });
        return await dialog.Result is { Canceled: false };
    }
}
