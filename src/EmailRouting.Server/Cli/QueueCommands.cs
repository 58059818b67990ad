using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary><c>queue list|show|retry|hold|release|drop</c>.</summary>
internal static class QueueCommands
{
    private const int Page = 500;

    private delegate Task<int> Act(QueueOperator queue, MailId id, CancellationToken cancellation);

    public static Command Build(CommandFrame frame) => new("queue", "Messages that are still owed to an inbox.")
    {
        List(frame),
        Show(frame),
        Retry(frame),
        Change(frame, "hold", "Keeps a message from being attempted until it is released; it does not age.", "is held", "nothing of it is queued", static (queue, id, stop) => queue.HoldAsync(id, stop)),
        Change(frame, "release", "Lets a message that was held go on.", "goes on", "nothing of it is held", static (queue, id, stop) => queue.ReleaseAsync(id, stop)),
        Drop(frame),
    };

    private static Command List(CommandFrame frame)
    {
        var state = new Option<string?>("--state") { Description = "Only what is in this state.", HelpName = "queued|held|failed" };
        state.AcceptOnlyFromAmong("queued", "held", "failed");
        var address = new Option<string?>("--address") { Description = "Only where this is part of the sender, an alias or the inbox." };
        var after = new Option<string?>("--after") { Description = "Begin after this message: the next page.", HelpName = "ID" };
        var limit = new Option<int>("--limit") { Description = "Deliveries to list at most.", DefaultValueFactory = _ => Page };
        return frame.Command("list", "Lists what is owed, the oldest first.", createsDatabase: false, [state, address, after, limit], async (parsed, session, cancellation) =>
        {
            int most = parsed.GetValue(limit) is > 0 and int given ? given : throw new CommandException("--limit is a number from 1 on.", CommandLine.WrongUsage);
            QueueDbState? wanted = parsed.GetValue(state) is { } word ? Enum.Parse<QueueDbState>(word, ignoreCase: true) : null;
            MailId? from = parsed.GetValue(after) is { } text ? Id(text) : null;
            QueueOperator queue = await OpenAsync(session, cancellation);
            ImmutableArray<QueueEntry> entries = await queue.ListAsync(new QueueFilter(wanted, parsed.GetValue(address), from, most), cancellation);
            if (entries.IsEmpty)
            {
                session.Output.Write(Array.Empty<object>(), wanted is null && from is null && parsed.GetValue(address) is null
                    ? "The queue is empty: nothing is owed."
                    : "Nothing in the queue matches.");
                return;
            }

            DateTimeOffset now = session.Clock.GetUtcNow();
            session.Output.Write(
                [.. entries.Select(QueueLine.Of)],
                ["ID", "STATE", "NEXT", "FROM", "FOR", "TO", "SIZE", "ATTEMPTS", "LAST REPLY"],
                line => [line.Id, line.StateText, line.Next(now), line.SenderText, string.Join(' ', line.Aliases), line.Destination, QueueLine.Size(line.Bytes), $"{line.Attempts}", line.LastReply ?? "-"]);
            if (entries.Length >= most)
            {
                await Console.Error.WriteLineAsync($"There may be more: --after {entries[^1].MessageId}");
            }
        });
    }

    private static Command Show(CommandFrame frame)
    {
        Argument<string> message = Message();
        return frame.Command("show", "Shows one message and each inbox it is owed to.", createsDatabase: false, [message], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(message);
            QueueOperator queue = await OpenAsync(session, cancellation);
            ImmutableArray<QueueEntry> entries = await queue.ShowAsync(Id(text), cancellation);
            if (entries.IsEmpty)
            {
                throw Unknown(text);
            }

            ImmutableArray<QueueLine> lines = [.. entries.Select(QueueLine.Of)];
            QueueLine first = lines[0];
            DateTimeOffset now = session.Clock.GetUtcNow();
            string[] sentences =
            [
                $"Message   {first.Id}",
                $"Received  {first.ReceivedAt.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}",
                $"From      {first.SenderText}",
                $"Size      {QueueLine.Size(first.Bytes)}",
                $"SHA-256   {first.Sha256}",
                .. lines.SelectMany(line => (string[])
                [
                    $"To        {line.Destination} for {string.Join(", ", line.Aliases)}",
                    $"          {line.StateText}, next attempt: {line.Next(now)}, attempts so far: {line.Attempts}",
                    $"          last reply: {line.LastReply ?? "none"}",
                ]),
            ];
            session.Output.Write(
                new { first.Id, first.Sender, first.ReceivedAt, first.Bytes, first.Sha256, Deliveries = lines },
                string.Join(Environment.NewLine, sentences.Select(Printable.Line)));
        });
    }

    private static Command Retry(CommandFrame frame)
    {
        var message = new Argument<string?>("ID") { Description = "The message, as it is named in our 250 and in the log.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Everything that is queued or failed." };
        return frame.Command("retry", "Makes a message due now; what failed begins anew.", createsDatabase: false, [message, all], async (parsed, session, cancellation) =>
        {
            string? text = parsed.GetValue(message);
            if (text is null == !parsed.GetValue(all))
            {
                throw new CommandException("Give the id of a message, or --all.", CommandLine.WrongUsage);
            }

            QueueOperator queue = await OpenAsync(session, cancellation);
            if (text is not null)
            {
                await ChangeAsync(queue, text, session, "is due now", "it is held, or under way already", static (q, id, stop) => q.RetryAsync(id, stop), cancellation);
                return;
            }

            int changed = 0;
            MailId? last = null;
            while (true)
            {
                ImmutableArray<QueueEntry> page = await queue.ListAsync(new QueueFilter(State: null, Address: null, last, Page), cancellation);
                if (page.IsEmpty)
                {
                    break;
                }

                foreach (MailId id in page.Select(entry => entry.MessageId).Distinct())
                {
                    changed += await queue.RetryAsync(id, cancellation);
                }

                last = page[^1].MessageId;
            }

            session.Output.Write(new { deliveries = changed }, changed == 0 ? "Nothing waits to be retried." : $"{Count(changed)} due now.");
        });
    }

    private static Command Drop(CommandFrame frame)
    {
        Argument<string> message = Message();
        return frame.Command("drop", "Removes a message for good; nobody is told.", createsDatabase: false, [message], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(message);
            QueueOperator queue = await OpenAsync(session, cancellation);
            ImmutableArray<QueueEntry> dropped = await queue.DropAsync(Id(text), cancellation);
            if (dropped.IsEmpty)
            {
                throw Unknown(text);
            }

            session.Output.Write(
                new { id = dropped[0].MessageId.ToString(), deliveries = dropped.Length },
                dropped.Any(entry => entry.IsUnderWay)
                    ? $"{text} is dropped; an attempt that is under way may still deliver it."
                    : $"{text} is dropped.");
        });
    }

    private static Command Change(CommandFrame frame, string name, string description, string done, string why, Act act)
    {
        Argument<string> message = Message();
        return frame.Command(name, description, createsDatabase: false, [message], async (parsed, session, cancellation) =>
            await ChangeAsync(await OpenAsync(session, cancellation), parsed.GetRequiredValue(message), session, done, why, act, cancellation));
    }

    private static async Task ChangeAsync(
        QueueOperator queue, string text, CommandSession session, string done, string why, Act act, CancellationToken cancellation)
    {
        MailId id = Id(text);
        int changed = await act(queue, id, cancellation);
        if (changed == 0)
        {
            throw (await queue.ShowAsync(id, cancellation)).IsEmpty ? Unknown(text) : new CommandException($"{text} stays as it is: {why}.");
        }

        session.Output.Write(new { id = id.ToString(), deliveries = changed }, $"{text} {done} ({Count(changed)}).");
    }

    private static Task<QueueOperator> OpenAsync(CommandSession session, CancellationToken cancellation) =>
        OperatorQueue.OpenAsync(session.Directory, session.Clock, cancellation);

    private static MailId Id(string text) => MailId.TryParse(text, out MailId id) ? id : throw Unknown(text);

    private static CommandException Unknown(string text) => new($"There is no message '{text}' in the queue: it is delivered, dropped, or never was; 'queue list' shows what is there.");

    private static string Count(int deliveries) => deliveries == 1 ? "1 delivery" : $"{deliveries} deliveries";

    private static Argument<string> Message() => new("ID") { Description = "The message, as it is named in our 250 and in the log." };
}
