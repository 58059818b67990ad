using BenchmarkDotNet.Attributes;
using EmailRouting.Rules;
using EmailRouting.Smtp;

namespace EmailRouting.Benchmarks.Rules;

/// <summary>One RCPT among a million rules.</summary>
[MemoryDiagnoser]
public class RuleResolution
{
    private const int Recipients = 4096;
    private readonly EmailAddress[] _exact = new EmailAddress[Recipients];
    private readonly EmailAddress[] _tagged = new EmailAddress[Recipients];
    private readonly EmailAddress[] _unknown = new EmailAddress[Recipients];
    private readonly EmailAddress[] _amongPatterns = new EmailAddress[Recipients];
    private readonly EmailAddress _sender = Address("someone@sender.example");
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private RuleSet _rules = null!;
    private int _next;

    [Params(1_000_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        using FilledRules filled = FilledRules.CreateAsync(Rules).GetAwaiter().GetResult();
        filled.AddPatternsAsync("patterns.test").GetAwaiter().GetResult();
        _rules = filled.Loader.LoadAllAsync(CancellationToken.None).GetAwaiter().GetResult();
        var random = new Random(1);
        for (int i = 0; i < Recipients; i++)
        {
            // Spread over all rules, so that the caches of the processor do not answer.
            int user = random.Next(Rules);
            _exact[i] = Address($"user{user}@big.test");
            _tagged[i] = Address($"user{user}+tag@big.test");
            _unknown[i] = Address($"nobody{user}@big.test");
            _amongPatterns[i] = Address($"nobody{user}@patterns.test");
        }
    }

    [Benchmark(Baseline = true)]
    public RecipientDecision Exact() => _rules.Resolve(_exact[_next++ & (Recipients - 1)], _sender, _now);

    [Benchmark]
    public RecipientDecision SubAddress() => _rules.Resolve(_tagged[_next++ & (Recipients - 1)], _sender, _now);

    [Benchmark]
    public RecipientDecision Unknown() => _rules.Resolve(_unknown[_next++ & (Recipients - 1)], _sender, _now);

    /// <summary>A hundred patterns, of which none fits.</summary>
    [Benchmark]
    public RecipientDecision AmongPatterns() => _rules.Resolve(_amongPatterns[_next++ & (Recipients - 1)], _sender, _now);

    private static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new ArgumentException($"{text} is no address");
}
