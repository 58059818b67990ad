using System.Diagnostics;
using System.Globalization;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Storage;

namespace EmailRouting.Benchmarks.Activity;

/// <summary>A month of mail in the activity log: how fast it is written, and how long each question about it takes.</summary>
internal static class ActivityAtScale
{
    private const int Page = 50;
    private static readonly DateTimeOffset Until = new(2026, 3, 31, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset From = Until.AddDays(-30);

    public static async Task RunAsync(int count)
    {
        await using FilledActivity filled = await FilledActivity.CreateAsync();
        await WriteAsync(filled, "a month", new SampleActivity(TimeSpan.FromDays(30) / count), count, From);
        await WriteAsync(filled, "a burst of 2,000/s on top of it", new SampleActivity(TimeSpan.FromMilliseconds(0.5)), Math.Min(count, 100_000), Until);
        long begin = Stopwatch.GetTimestamp();
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
        await filled.IndexAsync();
        processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
        int all = count + Math.Min(count, 100_000);
        Console.WriteLine($"search index: {all / Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} messages/s, {all / processor.TotalSeconds:F0} for a second of processor time");
        Console.WriteLine($"{filled.Bytes / 1e6:F0} MB");
        Console.WriteLine();
        await ReadAsync(filled, count);
    }

    private static async Task WriteAsync(FilledActivity filled, string what, SampleActivity sample, int count, DateTimeOffset start)
    {
        // Made before the clock runs: it is the writing that is measured.
        foreach (ActivityRecord[] part in sample.Take(count, start).Chunk(250_000))
        {
            TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
            long begin = Stopwatch.GetTimestamp();
            await filled.WriteAsync(part);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
            processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
            Console.WriteLine(
                $"{what}: {part.Length} records, {part.Length / elapsed.TotalSeconds:F0}/s, {part.Length / processor.TotalSeconds:F0} for a second of processor time");
        }
    }

    private static async Task ReadAsync(FilledActivity filled, int count)
    {
        var reader = new ActivityReader(filled.Databases, filled.Index);
        var analytics = new ActivityAnalytics(filled.Databases);
        (string, ActivityFilter)[] filters =
        [
            ("newest", ActivityFilter.Everything),
            ("a day in the middle", new ActivityFilter { From = From.AddDays(15), Until = From.AddDays(16) }),
            ("zone", new ActivityFilter { Domains = ["domain7.test"] }),
            ("zone, none", new ActivityFilter { Domains = ["nowhere.test"] }),
            ("alias, busy", new ActivityFilter { Alias = SampleActivity.Alias(0) }),
            ("alias, rare", new ActivityFilter { Alias = SampleActivity.Alias(19_999) }),
            ("alias, none", new ActivityFilter { Alias = "nobody@domain7.test" }),
            ("alias contains, all", new ActivityFilter { AliasContains = "user" }),
            ("alias contains, some", new ActivityFilter { AliasContains = "9999@" }),
            ("alias contains, none", new ActivityFilter { AliasContains = "%_nobody" }),
            ("alias contains in a zone", new ActivityFilter { AliasContains = "ser1", Domains = ["domain7.test"] }),
            ("sender, exact", new ActivityFilter { Sender = "person4242@sender4242.example" }),
            ("sender, none", new ActivityFilter { Sender = "nobody@sender4242.example" }),
            ("sender domain", new ActivityFilter { SenderDomain = "news77.example" }),
            ("rule", new ActivityFilter { RuleId = SampleActivity.Rule(500) }),
            ("status forwarded", new ActivityFilter { Status = MessageStatus.Forwarded }),
            ("status rejected", new ActivityFilter { Status = MessageStatus.Rejected }),
            ("status failed, none", new ActivityFilter { Status = MessageStatus.Failed }),
            ("zone and status, none", new ActivityFilter { Domains = ["domain7.test"], Status = MessageStatus.Bounced }),
            ("status dropped, text, none", new ActivityFilter { Status = MessageStatus.Dropped, Text = "quota" }),
            ("text, common", new ActivityFilter { Text = "example" }),
            ("text, two common", new ActivityFilter { Text = "example far" }),
            ("text, rare", new ActivityFilter { Text = "person4242" }),
            ("text, short beginning", new ActivityFilter { Text = "per" }),
            ("text, none", new ActivityFilter { Text = "zebra" }),
            ("text, common and none", new ActivityFilter { Text = "example zebra" }),
            ("text, common but never together", new ActivityFilter { Text = "quota queued" }),
        ];

        Row("question", "entries", "first ms", "median ms", "processor ms", "oldest page ms");
        MailId old = MailId.FirstAt(From.AddDays(1));
        foreach ((string name, ActivityFilter filter) in filters)
        {
            (TimeSpan first, TimeSpan median, TimeSpan processor, ActivityPage page) = await TimeAsync(() => reader.ListAsync(filter, after: null, Page, CancellationToken.None));
            (_, TimeSpan last, _, _) = await TimeAsync(() => reader.ListAsync(filter, old, Page, CancellationToken.None));
            Row(name, page.Entries.Length.ToString(CultureInfo.InvariantCulture), Text(first), Text(median), Text(processor), Text(last));
        }

        ActivityPage newest = await reader.ListAsync(ActivityFilter.Everything, after: null, 1, CancellationToken.None);
        await RowAsync("show", () => reader.ShowAsync(newest.Entries[0].Id, domains: null, CancellationToken.None));
        await RowAsync("counts, 30 days by day", () => analytics.CountsAsync(From, Until, ActivityInterval.Day, domains: null, CancellationToken.None));
        await RowAsync("counts, 30 days by hour", () => analytics.CountsAsync(From, Until, ActivityInterval.Hour, domains: null, CancellationToken.None));
        await RowAsync("counts, 30 days by hour, zone", () => analytics.CountsAsync(From, Until, ActivityInterval.Hour, ["domain7.test"], CancellationToken.None));
        await RowAsync("counts, a day by minute", () => analytics.CountsAsync(Until.AddDays(-1), Until, ActivityInterval.Minute, domains: null, CancellationToken.None));
        await RowAsync("counts, 5 days by 5 minutes, zone", () => analytics.CountsAsync(Until.AddDays(-5), Until, ActivityInterval.FiveMinutes, ["domain7.test"], CancellationToken.None));
        await RowAsync("busiest aliases, 30 days", async () => await analytics.BusiestAliasesAsync(From, Until, domains: null, 20, CancellationToken.None));
        await RowAsync("busiest aliases, a day", async () => await analytics.BusiestAliasesAsync(Until.AddDays(-1), Until, domains: null, 20, CancellationToken.None));
        await RowAsync("busiest aliases, 30 days, zone", async () => await analytics.BusiestAliasesAsync(From, Until, ["domain7.test"], 20, CancellationToken.None));
        await RowAsync("refusals, 30 days", async () => await analytics.RefusalsAsync(From, Until, domains: null, 20, CancellationToken.None));

        ActivityCounts all = await analytics.CountsAsync(From, Until, ActivityInterval.Day, domains: null, CancellationToken.None);
        Console.WriteLine();
        Console.WriteLine($"{all.Totals.Values.Sum()} of {count} messages counted: {string.Join(", ", all.Totals.Select(t => $"{t.Value} {t.Key.ToWord()}"))}");
    }

    private static async Task RowAsync<T>(string name, Func<Task<T>> question)
    {
        (TimeSpan first, TimeSpan median, TimeSpan processor, _) = await TimeAsync(question);
        Row(name, "", Text(first), Text(median), Text(processor), "");
    }

    /// <summary>The first time alone, then the median of five, and what these took of a processor: on a busy machine the clock tells less.</summary>
    private static async Task<(TimeSpan First, TimeSpan Median, TimeSpan Processor, T Answer)> TimeAsync<T>(Func<Task<T>> question)
    {
        long begin = Stopwatch.GetTimestamp();
        T answer = await question();
        TimeSpan first = Stopwatch.GetElapsedTime(begin);
        List<TimeSpan> times = [];
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
        while (times.Count < 5)
        {
            begin = Stopwatch.GetTimestamp();
            answer = await question();
            times.Add(Stopwatch.GetElapsedTime(begin));
        }

        processor = Process.GetCurrentProcess().TotalProcessorTime - processor;
        return (first, times.Order().ElementAt(2), processor / times.Count, answer);
    }

    private static string Text(TimeSpan time) => time.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);

    private static void Row(string name, string entries, string first, string median, string processor, string last) =>
        Console.WriteLine($"{name,-36}{entries,8}{first,12}{median,12}{processor,14}{last,16}");
}
