using BenchmarkDotNet.Running;
using EmailRouting.Benchmarks.Activity;
using EmailRouting.Benchmarks.Load;
using EmailRouting.Benchmarks.Policy;
using EmailRouting.Benchmarks.Queue;
using EmailRouting.Benchmarks.Rules;

// "rules-at-scale [N]" measures load, memory and the time until a change is live once; everything else is BenchmarkDotNet's.
if (args is ["rules-at-scale", .. var rest])
{
    await RulesAtScale.RunAsync(rest is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
    return;
}

// "queue-at-scale [N]" fills a queue and measures the operator's lists on it.
if (args is ["queue-at-scale", .. var others])
{
    await QueueAtScale.RunAsync(others is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
    return;
}

// "activity-at-scale [N]" measures writing and every question about N entries of the activity log.
if (args is ["activity-at-scale", .. var entries])
{
    await ActivityAtScale.RunAsync(entries is [var many] ? int.Parse(many, System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
    return;
}

// "policy-cost [N]" measures what the policy of a domain costs the processor for each of N messages.
if (args is ["policy-cost", .. var mails])
{
    await PolicyCost.RunAsync(mails is [var number] ? int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) : 20_000);
    return;
}

// "fill DIRECTORY [rules|queue|activity]=N …" makes the data of a server that has been at work for long, for load.sh.
if (args is ["fill", var directory, .. var amounts])
{
    Environment.ExitCode = await FillCommand.RunAsync(directory, amounts);
    return;
}

// "load send|sink|delay|names …" are the tools that load.sh measures the whole server with.
if (args is ["load", .. var tool])
{
    Environment.ExitCode = await LoadCommand.RunAsync(tool);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(RuleResolution).Assembly).Run(args);
