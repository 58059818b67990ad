using System.Collections.Immutable;
using System.CommandLine;
using EmailRouting.Access;
using EmailRouting.Queue;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary><c>queue retry|hold|release|redirect|drop</c>.</summary>
internal static class QueueActCommands
{
    private const int Page = 500;

    private delegate Task<QueueChange> Act(QueueOperator queue, QueueSelection selection, CancellationToken cancellation);

    public static Command[] Build(CommandFrame frame) =>
    [
        Retry(frame),
        Change(frame, "hold", "Keeps a message from being attempted until it is released; it does not age.", "is held", "nothing of it is queued", static (queue, selection, stop) => queue.HoldAsync(selection, stop)),
        Change(frame, "release", "Lets a message that was held go on.", "goes on", "nothing of it is held", static (queue, selection, stop) => queue.ReleaseAsync(selection, stop)),
        Redirect(frame),
        Drop(frame),
    ];

    private static Command Retry(CommandFrame frame)
    {
        var message = new Argument<string?>("ID") { Description = "The message, as it is named in our 250 and in the log.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> delivery = Delivery();
        var all = new Option<bool>("--all") { Description = "Everything that is queued or failed." };
        return frame.Command("retry", "Makes a message due now; what failed begins anew.", createsDatabase: false, [message, delivery, all], async (parsed, session, cancellation) =>
        {
            string? text = parsed.GetValue(message);
            if (text is null == !parsed.GetValue(all) || (text is null && parsed.GetValue(delivery) is not null))
            {
                throw new CommandException("Give the id of a message, or --all.", CommandLine.WrongUsage);
            }

            QueueOperator queue = await QueueCommands.OpenAsync(session, cancellation);
            if (text is not null)
            {
                await ChangeAsync(queue, text, parsed.GetValue(delivery), session, "is due now", "it is held, or under way already", static (q, selection, stop) => q.RetryAsync(selection, stop), cancellation);
                return;
            }

            int changed = 0;
            var filter = new QueueFilter(Page);
            QueuePage page;
            do
            {
                page = await queue.ListAsync(filter, cancellation);
                foreach (QueueEntry entry in page.Entries)
                {
                    changed += (await queue.RetryAsync(new QueueSelection(entry.MessageId) { Delivery = entry.Id }, cancellation)).After.Length;
                }

                filter = filter with { After = page.Next };
            }
            while (page.Next is not null);

            session.Output.Write(new { deliveries = changed }, changed == 0 ? "Nothing waits to be retried." : $"{Count(changed)} due now.");
        });
    }

    private static Command Redirect(CommandFrame frame)
    {
        Argument<string> message = QueueCommands.Message();
        var email = new Argument<string>("EMAIL") { Description = "A verified inbox, see 'address list'." };
        Option<string?> delivery = Delivery();
        return frame.Command("redirect", "Sends a message to another inbox instead.", createsDatabase: false, [message, email, delivery], async (parsed, session, cancellation) =>
        {
            await using RulesDb db = session.Database.CreateDbContext();
            (EmailAddress? inbox, Edit.Refused? refused) = await VerifiedInbox.FindAsync(db, parsed.GetRequiredValue(email), cancellation);
            if (inbox is null)
            {
                throw new CommandException(refused!.Sentence);
            }

            await ChangeAsync(
                await QueueCommands.OpenAsync(session, cancellation),
                parsed.GetRequiredValue(message),
                parsed.GetValue(delivery),
                session,
                $"goes to {inbox}",
                $"it goes there already, or an attempt is under way; 'queue hold' keeps it from the next",
                (queue, selection, stop) => queue.RedirectAsync(selection, inbox, stop),
                cancellation);
        });
    }

    private static Command Drop(CommandFrame frame)
    {
        Argument<string> message = QueueCommands.Message();
        Option<string?> delivery = Delivery();
        return frame.Command("drop", "Removes a message for good; nobody is told.", createsDatabase: false, [message, delivery], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(message);
            QueueOperator queue = await QueueCommands.OpenAsync(session, cancellation);
            QueueChange dropped = await queue.DropAsync(Selection(text, parsed.GetValue(delivery)), cancellation);
            if (!dropped.IsKnown)
            {
                throw QueueCommands.Unknown(text);
            }

            session.Output.Write(
                new { id = text, deliveries = dropped.Before.Length },
                dropped.Before.Any(entry => entry.IsUnderWay)
                    ? $"{text} is dropped; an attempt that is under way may still deliver it."
                    : $"{text} is dropped.");
        });
    }

    private static Command Change(CommandFrame frame, string name, string description, string done, string why, Act act)
    {
        Argument<string> message = QueueCommands.Message();
        Option<string?> delivery = Delivery();
        return frame.Command(name, description, createsDatabase: false, [message, delivery], async (parsed, session, cancellation) =>
            await ChangeAsync(
                await QueueCommands.OpenAsync(session, cancellation), parsed.GetRequiredValue(message), parsed.GetValue(delivery), session, done, why, act, cancellation));
    }

    private static async Task ChangeAsync(
        QueueOperator queue, string text, string? delivery, CommandSession session, string done, string why, Act act, CancellationToken cancellation)
    {
        QueueChange change = await act(queue, Selection(text, delivery), cancellation);
        if (!change.HasChanged)
        {
            throw change.IsKnown ? new CommandException($"{text} stays as it is: {why}.") : QueueCommands.Unknown(text);
        }

        session.Output.Write(
            new { id = change.Before[0].MessageId.ToString(), deliveries = change.Before.Length, now = ImmutableArray.CreateRange(change.After, QueueLine.Of) },
            $"{text} {done} ({Count(change.Before.Length)}).");
    }

    private static QueueSelection Selection(string message, string? delivery) => new(QueueCommands.Id(message))
    {
        Delivery = delivery is null ? null
            : DeliveryId.TryParse(delivery, out DeliveryId id) ? id
            : throw new CommandException($"There is no delivery '{delivery}' of {message}; 'queue show {message}' names them."),
    };

    private static Option<string?> Delivery() => new("--delivery") { Description = "Only one of the message's deliveries, as 'queue show' names it.", HelpName = "DELIVERY" };

    private static string Count(int deliveries) => deliveries == 1 ? "1 delivery" : $"{deliveries} deliveries";
}
