using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary><c>queue list|show|raw</c>, and the acts of <see cref="QueueActCommands"/>.</summary>
internal static class QueueCommands
{
    private const int Page = 500;

    public static Command Build(CommandFrame frame)
    {
        var queue = new Command("queue", "Messages that are still owed to an inbox.") { List(frame), Show(frame), Raw(frame) };
        foreach (Command act in QueueActCommands.Build(frame))
        {
            queue.Add(act);
        }

        return queue;
    }

    public static Task<QueueOperator> OpenAsync(CommandSession session, CancellationToken cancellation) =>
        OperatorQueue.OpenAsync(session.Directory, session.Clock, cancellation);

    public static Argument<string> Message() => new("ID") { Description = "The message, as it is named in our 250 and in the log." };

    public static MailId Id(string text) => MailId.TryParse(text, out MailId id) ? id : throw Unknown(text);

    public static CommandException Unknown(string text) => new($"There is no message '{text}' in the queue: it is delivered, dropped, or never was; 'queue list' shows what is there.");

    private static Command List(CommandFrame frame)
    {
        var state = new Option<string?>("--state") { Description = "Only what is in this state.", HelpName = "queued|held|failed" };
        state.AcceptOnlyFromAmong("queued", "held", "failed");
        var address = new Option<string?>("--address") { Description = "Only where this is part of the sender, an alias or the inbox." };
        var domain = new Option<string?>("--domain") { Description = "Only what is addressed to this domain of yours." };
        var after = new Option<string?>("--after") { Description = "Begin after this delivery: the next page.", HelpName = "DELIVERY" };
        var limit = new Option<int>("--limit") { Description = "Deliveries to list at most.", DefaultValueFactory = _ => Page };
        return frame.Command("list", "Lists what is owed, the oldest first.", createsDatabase: false, [state, address, domain, after, limit], async (parsed, session, cancellation) =>
        {
            int most = parsed.GetValue(limit) is > 0 and int given ? given : throw new CommandException("--limit is a number from 1 on.", CommandLine.WrongUsage);
            var filter = new QueueFilter(most)
            {
                State = parsed.GetValue(state) is { } word ? Enum.Parse<QueueDbState>(word, ignoreCase: true) : null,
                Text = parsed.GetValue(address),
                Domains = parsed.GetValue(domain) is { } name ? [Domain(name)] : null,
                After = parsed.GetValue(after) is not { } text ? null
                    : DeliveryId.TryParse(text, out DeliveryId from) ? from
                    : throw new CommandException($"--after '{text}' is not the name of a delivery, such as 'queue list --json' shows.", CommandLine.WrongUsage),
            };
            QueuePage page = await (await OpenAsync(session, cancellation)).ListAsync(filter, cancellation);
            if (page.Entries.IsEmpty)
            {
                session.Output.Write(Array.Empty<object>(), filter == new QueueFilter(most) ? "The queue is empty: nothing is owed." : "Nothing in the queue matches.");
                return;
            }

            DateTimeOffset now = session.Clock.GetUtcNow();
            session.Output.Write(
                [.. page.Entries.Select(QueueLine.Of)],
                ["ID", "STATE", "NEXT", "FROM", "FOR", "TO", "SIZE", "ATTEMPTS", "LAST REPLY"],
                line => [line.Id, line.StateText, line.Next(now), line.SenderText, string.Join(' ', line.Aliases), line.Destination, QueueLine.Size(line.Bytes), $"{line.Attempts}", line.LastReply ?? "-"]);
            if (page.Next is { } next)
            {
                await Console.Error.WriteLineAsync($"{page.Total} in all; there is more: --after {next}");
            }
        });
    }

    private static string Domain(string text) =>
        DomainName.TryParse(text, out string? domain) ? domain : throw new CommandException($"--domain '{text}' is not a domain such as example.com.", CommandLine.WrongUsage);

    private static Command Show(CommandFrame frame)
    {
        Argument<string> message = Message();
        return frame.Command("show", "Shows one message and each inbox it is owed to.", createsDatabase: false, [message], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(message);
            QueueOperator queue = await OpenAsync(session, cancellation);
            ImmutableArray<QueueEntry> entries = await queue.ShowAsync(new QueueSelection(Id(text)), cancellation);
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
                    $"To        {line.Destination} for {string.Join(", ", line.Aliases)}{(line.Fallback is { } fallback ? $", else {fallback}" : string.Empty)}",
                    $"          {line.StateText}, next attempt: {line.Next(now)}, attempts so far: {line.Attempts}, delivery {line.Delivery}",
                    $"          last reply: {line.LastReply ?? "none"}",
                ]),
            ];
            session.Output.Write(
                new { first.Id, first.Sender, first.ReceivedAt, first.Bytes, first.Sha256, Deliveries = lines },
                string.Join(Environment.NewLine, sentences.Select(Printable.Line)));
        });
    }

    private static Command Raw(CommandFrame frame)
    {
        Argument<string> message = Message();
        return frame.Command("raw", "Writes the bytes of a message, as they came, to standard output.", createsDatabase: false, [message], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(message);
            QueueOperator queue = await OpenAsync(session, cancellation);
            await using Stream content = await queue.OpenRawAsync(new QueueSelection(Id(text)), cancellation) ?? throw Unknown(text);
            await using Stream output = Console.OpenStandardOutput();
            await content.CopyToAsync(output, cancellation);
        });
    }
}
