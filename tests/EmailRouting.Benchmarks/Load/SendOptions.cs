using System.Collections.Immutable;
using System.Net;
using EmailRouting.MailAuth.Keys;

namespace EmailRouting.Benchmarks.Load;

/// <summary>What <c>load send</c> was asked to do.</summary>
internal sealed record SendOptions
{
    public required IPEndPoint To { get; init; }

    public required int Sessions { get; init; }

    /// <summary>How many in all; <see cref="int.MaxValue"/> where <see cref="For"/> ends the run.</summary>
    public required int Messages { get; init; }

    /// <summary>No message is begun after this long; null: after <see cref="Messages"/>.</summary>
    public required TimeSpan? For { get; init; }

    /// <summary>Octets of a message, header and line ends included.</summary>
    public required int Size { get; init; }

    /// <summary>Many messages over one connection; otherwise each has its own.</summary>
    public required bool Reuse { get; init; }

    public required bool StartTls { get; init; }

    /// <summary>MAIL, RCPT and DATA in one go (RFC 2920).</summary>
    public required bool Pipelining { get; init; }

    /// <summary>Messages begun in a second, whether or not the ones before were answered; 0: each session begins the next when it has its reply.</summary>
    public required int Rate { get; init; }

    public required string From { get; init; }

    public required ImmutableArray<string> Recipients { get; init; }

    /// <summary>Of <c>origin.test</c>; null: messages are not signed.</summary>
    public required SigningKey? SigningKey { get; init; }

    /// <exception cref="UsageException">An option is wrong.</exception>
    public static SendOptions Parse(string[] args)
    {
        var options = new CommandOptions(
            args,
            "--to HOST:PORT", "--sessions N", "--messages N", "--seconds N", "--size BYTES", "--rate N", "--from ADDRESS", "--recipient ADDRESS",
            "--sign DIRECTORY", "--reuse", "--starttls", "--pipelining");
        if (options.Has("--messages") && options.Has("--seconds"))
        {
            throw new UsageException("--messages and --seconds both say when to end; allowed: one of them");
        }

        string[] recipients = options.Texts("--recipient");
        return new SendOptions
        {
            To = options.EndPoint("--to"),
            Sessions = options.Number("--sessions", 20, 1, 10_000),
            Messages = options.Has("--seconds") ? int.MaxValue : options.Number("--messages", 5_000, 1, 100_000_000),
            For = options.Has("--seconds") ? TimeSpan.FromSeconds(options.Number("--seconds", 0, 1, 86_400)) : null,
            Size = options.Number("--size", 4_096, options.Has("--sign") ? LoadMail.LeastSignedSize : LoadMail.LeastSize, 100_000_000),
            Reuse = options.Has("--reuse"),
            StartTls = options.Has("--starttls"),
            Pipelining = options.Has("--pipelining"),
            Rate = options.Number("--rate", 0, 1, 1_000_000),
            From = Address("--from", options.Text("--from") ?? "sender@origin.test"),
            Recipients = recipients.Length == 0 ? ["alias@in.test"] : [.. recipients.Select(recipient => Address("--recipient", recipient))],
            SigningKey = options.Text("--sign") is { } directory ? KeyCommand.Key(directory) : null,
        };
    }

    private static string Address(string name, string text) =>
        text.Contains('@') && !text.Any(c => c is '<' or '>' || char.IsControl(c) || !char.IsAscii(c))
            ? text
            : throw new UsageException($"{name} is '{text}'; allowed: an address in ASCII, such as alias@in.test");
}
