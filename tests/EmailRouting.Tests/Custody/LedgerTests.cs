using EmailRouting.Custody;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Custody;

public sealed class LedgerTests : ILedgerStore
{
    private static readonly LedgerKey Key = new(42);
    private readonly FakeTimeProvider _clock = new();
    private readonly Dictionary<LedgerKey, DateTimeOffset> _stored = [];
    private readonly Ledger _ledger;

    public LedgerTests() => _ledger = new Ledger(_clock, this);

    [Fact]
    public async Task A_250_that_was_lost_is_given_once_more_and_then_no_longer()
    {
        (await OpenAsync()).Lost();
        Receipt retry = await OpenAsync();
        Assert.True(retry.WasTaken);
        retry.Close();
        Receipt another = await OpenAsync();
        Assert.False(another.WasTaken);
        Assert.Empty(_stored);
    }

    [Fact]
    public async Task A_250_that_arrived_holds_nobody_back()
    {
        (await OpenAsync()).Close();
        Assert.False((await OpenAsync()).WasTaken);
    }

    [Fact]
    public async Task A_reset_that_follows_the_reply_still_counts()
    {
        Receipt first = await OpenAsync();
        first.Close();
        first.Lost();
        Assert.True((await OpenAsync()).WasTaken);
    }

    [Fact]
    public async Task A_retry_waits_for_the_one_whose_sender_has_gone()
    {
        Receipt first = await _ledger.OpenAsync(Key, isSenderGone: () => true, CancellationToken.None);
        Task<Receipt> retry = OpenAsync().AsTask();
        Assert.False(retry.IsCompleted);
        first.Lost();
        Assert.True((await retry.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken)).WasTaken);
    }

    [Fact]
    public async Task The_same_mail_waits_for_nobody_whose_sender_is_still_there()
    {
        Receipt first = await OpenAsync();
        Receipt second = await OpenAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.False(second.WasTaken);
        second.Close();
        first.Close();
    }

    [Fact]
    public async Task After_a_day_it_is_forgotten()
    {
        (await OpenAsync()).Lost();
        _clock.Advance(Ledger.Lifetime + TimeSpan.FromSeconds(1));
        Assert.False((await OpenAsync()).WasTaken);
    }

    [Fact]
    public async Task It_outlives_the_process()
    {
        (await OpenAsync()).Lost();
        var next = new Ledger(_clock, this);
        await next.LoadAsync(TestContext.Current.CancellationToken);
        Assert.True((await next.OpenAsync(Key, () => false, CancellationToken.None)).WasTaken);
    }

    Task<IReadOnlyList<(LedgerKey Key, DateTimeOffset ExpiresAt)>> ILedgerStore.LoadAsync(DateTimeOffset now, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<(LedgerKey, DateTimeOffset)>>([.. _stored.Where(e => e.Value > now).Select(e => (e.Key, e.Value))]);

    void ILedgerStore.Add(LedgerKey key, DateTimeOffset expiresAt) => _stored[key] = expiresAt;

    void ILedgerStore.Remove(LedgerKey key) => _stored.Remove(key);

    private ValueTask<Receipt> OpenAsync() => _ledger.OpenAsync(Key, () => false, TestContext.Current.CancellationToken);
}
