using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Rules;

namespace EmailRouting.Benchmarks.Rules;

/// <summary>What cannot be repeated a thousand times: the load of many rules, their memory, and how soon a change among them is read.</summary>
internal static class RulesAtScale
{
    public static async Task RunAsync(int count)
    {
        using FilledRules filled = await FilledRules.CreateAsync(count);

        await WarmUpAsync(filled);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        TimeSpan busy = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        RuleSet rules = await filled.Loader.LoadAllAsync(CancellationToken.None);
        TimeSpan load = Stopwatch.GetElapsedTime(start);
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"{rules.Count} rules: load {load.TotalSeconds:F2} s ({(Environment.CpuUsage.TotalTime - busy).TotalSeconds:F2} s of the processor), {(double)bytes / count:F0} bytes per rule");

        for (int i = 0; i < 3; i++)
        {
            start = Stopwatch.GetTimestamp();
            ImmutableArray<string> inbox = ["inbox1@far.example"];
            await filled.Book.AddRuleAsync(new RuleDraft($"new{i}@big.test", new DraftAction.Forward(inbox)), CancellationToken.None);
            TimeSpan edit = Stopwatch.GetElapsedTime(start);
            busy = Environment.CpuUsage.TotalTime;
            start = Stopwatch.GetTimestamp();
            rules = await filled.Loader.LoadChangesAsync(rules, CancellationToken.None);
            Console.WriteLine(
                $"one rule more: edit {edit.TotalMilliseconds:F0} ms, reload {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms "
                + $"({(Environment.CpuUsage.TotalTime - busy).TotalMilliseconds:F0} ms of the processor)");
        }

        await MakeManyAsync(filled, rules);
        GC.KeepAlive(rules);
    }

    private static async Task MakeManyAsync(FilledRules filled, RuleSet rules)
    {
        const int Many = 10_000;
        for (int round = 0; round < 3; round++)
        {
            RuleEdit[] edits =
            [
                .. Enumerable.Range(0, Many).Select(i => new RuleEdit.Create(new RuleDraft($"many{i}-{round}@big.test", new DraftAction.Forward([$"inbox{i % 1000}@far.example"])))),
            ];
            TimeSpan busy = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            Applied applied = await filled.Book.ApplyAsync(edits, dryRun: false, CancellationToken.None);
            TimeSpan made = Stopwatch.GetElapsedTime(start);
            busy = Environment.CpuUsage.TotalTime - busy;
            start = Stopwatch.GetTimestamp();
            rules = await filled.Loader.LoadChangesAsync(rules, CancellationToken.None);
            Console.WriteLine(
                $"{Many} rules more at once (stored: {applied.IsStored}): edit {made.TotalSeconds:F2} s ({busy.TotalSeconds:F2} s of the processor), "
                + $"reload {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s");
        }
    }

    /// <summary>Once for the just-in-time compiler; in a method of its own, so that nothing holds on to what it read.</summary>
    private static async Task WarmUpAsync(FilledRules filled) => await filled.Loader.LoadAllAsync(CancellationToken.None);
}
