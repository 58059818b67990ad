using BenchmarkDotNet.Running;
using EmailRouting.Benchmarks.Rules;

// "rules-at-scale [N]" measures load, memory and the time until a change is live once; everything else is BenchmarkDotNet's.
if (args is ["rules-at-scale", .. var rest])
{
    await RulesAtScale.RunAsync(rest is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(RuleResolution).Assembly).Run(args);
