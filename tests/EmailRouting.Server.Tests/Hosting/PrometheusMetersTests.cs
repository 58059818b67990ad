using System.Diagnostics.Metrics;
using System.Text;
using EmailRouting.Server.Hosting;
using Xunit;

namespace EmailRouting.Server.Tests.Hosting;

public sealed class PrometheusMetersTests : IDisposable
{
    private readonly PrometheusMeters _meters = new();
    private readonly Meter _ours = new("EmailRouting.Test");
    private readonly Meter _others = new("System.Test");

    public void Dispose()
    {
        _meters.Dispose();
        _ours.Dispose();
        _others.Dispose();
    }

    [Fact]
    public async Task A_counter_is_a_counter_with_a_series_for_each_value_of_its_tag()
    {
        Counter<long> counter = _ours.CreateCounter<long>("email.test.messages", "{message}", "Messages by what became of them.");
        counter.Add(2, new KeyValuePair<string, object?>("result", "queued"));
        counter.Add(1, new KeyValuePair<string, object?>("result", "refused"));
        counter.Add(3, new KeyValuePair<string, object?>("result", "queued"));

        string text = await ScrapeAsync();
        Assert.Contains("# HELP email_test_messages_total Messages by what became of them.\n# TYPE email_test_messages_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("email_test_messages_total{result=\"queued\"} 5\n", text, StringComparison.Ordinal);
        Assert.Contains("email_test_messages_total{result=\"refused\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_tags_make_a_series_for_each_pair_of_values()
    {
        Counter<long> counter = _ours.CreateCounter<long>("email.test.findings");
        for (int i = 0; i < 2; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("check", "spf"), new KeyValuePair<string, object?>("action", "tag"));
        }

        Assert.Contains("email_test_findings_total{check=\"spf\",action=\"tag\"} 2\n", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_for_at_a_scrape_is_asked_at_each()
    {
        long octets = 10;
        _ours.CreateObservableCounter("email.test.octets", () => octets, "By");
        _ours.CreateObservableGauge("email.test.depth", () => octets - 100);
        Assert.Contains("# TYPE email_test_octets_bytes_total counter\nemail_test_octets_bytes_total 10\n", await ScrapeAsync(), StringComparison.Ordinal);
        octets = 25;
        string text = await ScrapeAsync();
        Assert.Contains("email_test_octets_bytes_total 25\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE email_test_depth gauge\nemail_test_depth -75\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_up_and_down_is_a_gauge()
    {
        UpDownCounter<long> open = _ours.CreateUpDownCounter<long>("email.test.connections");
        open.Add(3);
        open.Add(-2);
        Assert.Contains("# TYPE email_test_connections gauge\nemail_test_connections 1\n", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duration_of_a_millisecond_is_told_from_one_of_five()
    {
        Histogram<double> duration = _ours.CreateHistogram<double>("email.test.verdict", "s");
        duration.Record(0.0009);
        duration.Record(0.0049);
        string text = await ScrapeAsync();
        Assert.Contains("# TYPE email_test_verdict_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Contains("email_test_verdict_seconds_bucket{le=\"0.001\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("email_test_verdict_seconds_bucket{le=\"0.005\"} 2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_meters_of_others_are_left_alone()
    {
        _others.CreateCounter<long>("other.things").Add(1);
        Assert.DoesNotContain("other_things", await ScrapeAsync(), StringComparison.Ordinal);
    }

    private async Task<string> ScrapeAsync()
    {
        using var text = new MemoryStream();
        await _meters.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
