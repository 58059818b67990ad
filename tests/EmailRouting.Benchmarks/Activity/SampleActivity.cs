using System.Globalization;
using EmailRouting.Activity;
using EmailRouting.Mail;

namespace EmailRouting.Benchmarks.Activity;

/// <summary>
/// Records as a server with fifty domains and twenty thousand aliases takes them: most mail goes straight through, some waits in the queue, a tenth is refused. A few
/// aliases get most of it; every fifth sender is one that never comes again.
/// </summary>
internal sealed class SampleActivity(TimeSpan pace)
{
    public const int Domains = 50;
    private const int Aliases = 20_000;
    private const int Senders = 100_000;
    private const string Tls = "TLS1.3 TLS_AES_256_GCM_SHA384";

    private static readonly byte[] Digest = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];
    private static readonly Guid[] Rules = [.. Enumerable.Range(0, Aliases).Select(i => new Guid(i, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7))];

    private readonly Random _random = new(1);

    public static Guid Rule(int alias) => Rules[alias];

    public static string Alias(int alias) => string.Create(CultureInfo.InvariantCulture, $"user{alias}@domain{alias % Domains}.test");

    /// <summary>The records of so many messages, a little later one than the other; what waits in the queue is delivered a thousand messages on.</summary>
    public IEnumerable<ActivityRecord> Take(int messages, DateTimeOffset start)
    {
        var later = new Queue<(int Due, AttemptRecord Attempt)>();
        for (int i = 0; i < messages; i++)
        {
            while (later.TryPeek(out (int Due, AttemptRecord Attempt) next) && next.Due <= i)
            {
                yield return later.Dequeue().Attempt;
            }

            DateTimeOffset at = start + i * pace;
            var id = MailId.New(at);
            int alias = (int)(Aliases * Math.Pow(_random.NextDouble(), 3));
            switch (_random.Next(1000))
            {
                case < 100:
                    string nobody = string.Create(CultureInfo.InvariantCulture, $"{_random.Next():x}@domain{_random.Next(Domains)}.test");
                    var refused = new RecipientRecord(nobody, "refuse", null, "550 5.1.1 No such mailbox");
                    yield return Message(id, at, refused, "abandoned", "the connection ended", owed: 0);
                    break;

                case < 130:
                    yield return Message(id, at, new RecipientRecord(Alias(alias), "drop", Rule(alias), "250 2.1.5 Recipient OK"), "dropped", $"250 2.0.0 OK {id}", owed: 0);
                    break;

                case < 140:
                    yield return Attempt(id, at, alias, "refused", "552 5.2.2 The account is over its quota 7si1234567eda.101", 1);
                    yield return Message(id, at, Forward(alias), "refused", "552 5.2.2 The recipient's mailbox is full", owed: 1);
                    break;

                case < 200:
                    yield return Message(id, at, Forward(alias), "queued", $"250 2.0.0 OK {id}", owed: 1);
                    later.Enqueue((i + 1000, Attempt(id, at, alias, "delivered", Remote(), 1)));
                    break;

                default:
                    yield return Attempt(id, at, alias, "delivered", Remote(), 1);
                    yield return Message(id, at, Forward(alias), "delivered", $"250 2.0.0 OK {id}", owed: 1);
                    break;
            }
        }

        foreach ((_, AttemptRecord attempt) in later)
        {
            yield return attempt;
        }
    }

    private string Remote() => string.Create(CultureInfo.InvariantCulture, $"250 2.0.0 Ok: queued as {_random.NextInt64(1L << 44):X}");

    private static RecipientRecord Forward(int alias) => new(Alias(alias), "forward", Rule(alias), "250 2.1.5 Recipient OK");

    private MessageRecord Message(MailId id, DateTimeOffset at, RecipientRecord recipient, string result, string reply, int owed)
    {
        int sender = _random.Next(Senders);
        string address = sender % 5 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"bounce+{_random.NextInt64(1L << 40):x}@news{sender % 997}.example")
            : string.Create(CultureInfo.InvariantCulture, $"person{sender}@sender{sender % 5000}.example");
        string client = string.Create(CultureInfo.InvariantCulture, $"203.0.{sender % 7}.{sender % 250}");
        string name = string.Create(CultureInfo.InvariantCulture, $"mail{sender % 5000}.sender.example");
        return new MessageRecord(id, at, client, name, Tls, address, [recipient], 4096, Digest, result, reply, owed, TimeSpan.FromMilliseconds(30));
    }

    private static AttemptRecord Attempt(MailId id, DateTimeOffset at, int alias, string result, string reply, int number) => new(
        id,
        at,
        number,
        string.Create(CultureInfo.InvariantCulture, $"inbox{alias % 1000}@far.example"),
        Alias(alias),
        result,
        "mx.far.example",
        "198.51.100.7:25",
        Tls,
        reply,
        Digest,
        TimeSpan.FromMilliseconds(20));
}
