using System.Globalization;
using EmailRouting.Benchmarks.Activity;
using EmailRouting.Benchmarks.Queue;
using EmailRouting.Benchmarks.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Benchmarks.Load;

/// <summary>Fills a data directory as it looks after long work: many rules, a long queue that is due tomorrow, a month of activity.</summary>
internal static class FillCommand
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(29);

    /// <returns>Exit code: 2 for an amount that is none.</returns>
    public static async Task<int> RunAsync(string path, string[] amounts)
    {
        var directory = new DataDirectory(path);
        directory.Create();
        foreach (string amount in amounts)
        {
            if (amount.Split('=') is not [var what, var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            {
                return Complain(amount);
            }

            switch (what)
            {
                case "rules":
                    await FilledRules.CreateAsync(directory, count);
                    break;
                case "queue":
                    await QueueAtScale.FillAsync(directory, count);
                    break;
                case "activity":
                    await FillActivityAsync(directory, count);
                    break;
                default:
                    return Complain(amount);
            }
        }

        return 0;
    }

    private static async Task FillActivityAsync(DataDirectory directory, int count)
    {
        // Not disposed: that would remove it.
        FilledActivity filled = await FilledActivity.CreateAsync(directory);
        await filled.WriteAsync(new SampleActivity(Month / count).Take(count, TimeProvider.System.GetUtcNow() - Month));
        await filled.IndexAsync();
    }

    private static int Complain(string amount)
    {
        Console.Error.WriteLine($"'{amount}' is no amount; allowed: rules=N, queue=N, activity=N");
        return 2;
    }
}
