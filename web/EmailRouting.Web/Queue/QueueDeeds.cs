using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EmailRouting.Access;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using EmailRouting.Web.Parts;
using EmailRouting.Web.Seats;
using Microsoft.EntityFrameworkCore;
using MudBlazor;

namespace EmailRouting.Web.Queue;

/// <summary>Does what somebody wants done with deliveries, asks before what cannot be undone, and says what came of it.</summary>
public sealed class QueueDeeds(Seat seat, QueueOperator queue, IDbContextFactory<RulesDb> databases, IDialogService dialogs, ISnackbar notices)
{
    /// <param name="act">What.</param>
    /// <param name="entries">To which deliveries.</param>
    /// <param name="place">Where it was asked for; who asks is looked up anew.</param>
    /// <param name="changed">Draws the page again, also when it is undone later.</param>
    /// <returns>False where somebody thought better of it.</returns>
    public async Task<bool> DoAsync(QueueAct act, IReadOnlyCollection<QueueEntry> entries, Place place, Func<Task> changed)
    {
        if (entries.Count == 0)
        {
            return false;
        }

        EmailAddress? inbox = null;
        string deliveries = QueueText.Deliveries(entries.Count);
        if (act == QueueAct.Redirect && (inbox = await ChooseAsync(deliveries)) is null)
        {
            return false;
        }

        if (act == QueueAct.Drop && !await dialogs.ConfirmAsync(Texts.DropTitle, string.Format(CultureInfo.CurrentCulture, Texts.DropText, deliveries), Texts.DropDeed))
        {
            return false;
        }

        IReadOnlyList<string>? names = place.For(await seat.AskAsync(Scope.QueueEdit)).Names;
        List<QueueEntry> done = [];
        int untouched = 0;
        foreach (QueueEntry entry in entries)
        {
            QueueChange change = await DoAsync(act, new QueueSelection(entry.MessageId) { Delivery = entry.Id, Domains = names is null ? null : [.. names] }, inbox);
            done.AddRange(change.Before);
            untouched += change.Untouched.Length;
        }

        Tell(act, done, untouched, inbox, place, changed);
        await changed();
        return true;
    }

    private Task<QueueChange> DoAsync(QueueAct act, QueueSelection selection, EmailAddress? inbox) => act switch
    {
        QueueAct.Retry => queue.RetryAsync(selection, CancellationToken.None),
        QueueAct.Hold => queue.HoldAsync(selection, CancellationToken.None),
        QueueAct.Release => queue.ReleaseAsync(selection, CancellationToken.None),
        QueueAct.Redirect => queue.RedirectAsync(selection, inbox!, CancellationToken.None),
        QueueAct.Drop => queue.DropAsync(selection, CancellationToken.None),
        _ => throw new UnreachableException(),
    };

    /// <returns>Null where no inbox was chosen, or where it may not get the mail (any more).</returns>
    private async Task<EmailAddress?> ChooseAsync(string deliveries)
    {
        await seat.AskAsync(Scope.QueueEdit);
        await using RulesDb db = await databases.CreateDbContextAsync();
        ImmutableArray<string> verified = [.. await db.Destinations.AsNoTracking().Where(d => d.VerifiedAt != null).OrderBy(d => d.Address).Select(d => d.Address).ToListAsync()];
        IDialogReference dialog = await dialogs.ShowAsync<RedirectDialog>(Texts.RedirectTitle, new DialogParameters<RedirectDialog>
        {
            { d => d.Deliveries, deliveries },
            { d => d.Destinations, verified },
        });
        if (await dialog.Result is not { Canceled: false, Data: string chosen })
        {
            return null;
        }

        (EmailAddress? inbox, Rules.Edit.Refused? refused) = await VerifiedInbox.FindAsync(db, chosen, CancellationToken.None);
        if (refused is not null)
        {
            notices.Add(refused.Sentence, Severity.Warning);
        }

        return inbox;
    }

    private void Tell(QueueAct act, List<QueueEntry> done, int untouched, EmailAddress? inbox, Place place, Func<Task> changed)
    {
        (string said, string why, QueueAct? undo) = act switch
        {
            QueueAct.Retry => (Texts.DoneRetry, Texts.WhyRetry, (QueueAct?)null),
            QueueAct.Hold => (Texts.DoneHold, Texts.WhyHold, QueueAct.Release),
            QueueAct.Release => (Texts.DoneRelease, Texts.WhyRelease, QueueAct.Hold),
            QueueAct.Redirect => (Texts.DoneRedirect, Texts.WhyRedirect, null),
            _ => (Texts.DoneDrop, Texts.WhyDrop, null),
        };
        List<string> sentences = [];
        if (done.Count > 0)
        {
            sentences.Add(string.Format(CultureInfo.CurrentCulture, said, QueueText.Deliveries(done.Count), inbox));
        }

        if (untouched > 0)
        {
            sentences.Add(string.Format(CultureInfo.CurrentCulture, Texts.Untouched, QueueText.Deliveries(untouched), why));
        }

        notices.Add(sentences.Count > 0 ? string.Join(' ', sentences) : Texts.Gone, done.Count > 0 ? Severity.Normal : Severity.Warning, options =>
        {
            if (undo is { } back && done.Count > 0)
            {
                options.Action = Texts.Undo;
                options.OnClick = _ => DoAsync(back, done, place, changed);
            }
        });
    }
}
