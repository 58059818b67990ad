using EmailRouting.Activity;
using EmailRouting.Mail;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

public sealed class ActivityPurgeTests
{
    private static readonly DateTimeOffset Noon = ActivityOnDisk.Noon;

    [Fact]
    public async Task What_is_purged_leaves_no_row_no_count_and_no_word_behind()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        await FillAsync(activity, 2500, Noon.AddHours(-5));
        await activity.IndexAsync();
        await FillAsync(activity, 10, Noon.AddHours(-5).AddMinutes(30));

        await activity.PurgeAsync(Noon.AddHours(-1));

        Assert.Empty((await activity.ListAsync(ActivityFilter.Everything)).Entries);
        foreach (string table in (string[])["Messages", "Recipients", "Attempts", "Tallies", "Refusals", "StaleWords"])
        {
            Assert.Equal(0, await activity.ScalarAsync($"SELECT COUNT(*) FROM \"{table}\""));
        }

        Assert.Equal(0, await activity.ScalarAsync("SELECT COUNT(*) FROM \"MessageWords\" WHERE \"MessageWords\" MATCH '\"sender\"'"));
    }

    [Fact]
    public async Task An_hour_goes_as_a_whole_so_that_its_counts_stay_true()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        await FillAsync(activity, 3, Noon.AddMinutes(-61));
        await FillAsync(activity, 5, Noon);
        await FillAsync(activity, 7, Noon.AddMinutes(50));

        await activity.PurgeAsync(Noon.AddMinutes(40));

        Assert.Equal(12, (await activity.ListAsync(ActivityFilter.Everything)).Entries.Length);
        Assert.Equal(12, (await activity.CountsAsync()).Totals.Values.Sum());
        Assert.Equal(12, (await activity.CountsAsync("ours.test")).Totals.Values.Sum());
    }

    [Fact]
    public async Task An_attempt_at_a_message_that_is_purged_changes_no_count()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId id = Id(Noon.AddDays(-1));
        await activity.WriteAsync(Received(id, "queued", at: Noon.AddDays(-1)));
        await activity.PurgeAsync(Noon);

        await activity.WriteAsync(Attempt(id, "delivered"));
        await activity.IndexAsync();

        Assert.Empty((await activity.CountsAsync()).Totals);
        Assert.Empty(await activity.FindAsync(new ActivityFilter { Text = "inbox" }));
        Assert.Equal(0, await activity.ScalarAsync("SELECT COUNT(*) FROM \"StaleWords\""));
    }

    private static async Task FillAsync(ActivityOnDisk activity, int messages, DateTimeOffset at)
    {
        MailId[] ids = [.. Enumerable.Range(0, messages).Select(_ => Id(at))];
        await activity.WriteAsync([
            .. ids.Select(id => Received(id, "delivered", [Forward("alias@ours.test"), Refuse("no@ours.test")], at)),
            .. ids.Select(id => Attempt(id, "delivered")),
        ]);
    }
}
