using System.Collections.Immutable;
using System.Net;

namespace EmailRouting.Benchmarks.Load;

/// <summary>What <c>load sink</c> was asked to do.</summary>
internal sealed record SinkOptions
{
    public required IPEndPoint Listen { get; init; }

    /// <summary>STARTTLS is offered, and no mail is taken without.</summary>
    public bool Tls { get; init; }

    /// <summary>Where the count and the time of the last message are written while they change; null: the count is shown once a second.</summary>
    public string? CountFile { get; init; }

    /// <summary>RCPT for one of these is never answered, nor is anything after it.</summary>
    public ImmutableHashSet<string> HangFor { get; init; } = [];

    /// <summary>RCPT for one of these is answered 450.</summary>
    public ImmutableHashSet<string> DeferFor { get; init; } = [];

    /// <exception cref="UsageException">An option is wrong.</exception>
    public static SinkOptions Parse(string[] args)
    {
        var options = new CommandOptions(args, "--listen HOST:PORT", "--count-file PATH", "--hang-for ADDRESS", "--defer-for ADDRESS", "--tls");
        return new SinkOptions
        {
            Listen = options.EndPoint("--listen"),
            Tls = options.Has("--tls"),
            CountFile = options.Text("--count-file"),
            HangFor = options.Texts("--hang-for").ToImmutableHashSet(StringComparer.OrdinalIgnoreCase),
            DeferFor = options.Texts("--defer-for").ToImmutableHashSet(StringComparer.OrdinalIgnoreCase),
        };
    }
}
