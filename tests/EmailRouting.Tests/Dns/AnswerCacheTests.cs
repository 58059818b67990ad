using System.Globalization;
using DnsClient;
using EmailRouting.Dns;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Dns;

public sealed class AnswerCacheTests
{
    private static readonly Question Asked = new(QueryType.TXT, "example.com");
    private static readonly DnsAnswer<string> Answer = new DnsAnswer<string>.Found(["x"]);

    private readonly FakeTimeProvider _clock = new();
    private int _questions;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_who_gives_up_does_not_take_the_answer_from_the_others()
    {
        var cache = new AnswerCache(_clock);
        var server = new TaskCompletionSource<Lookup<string>>();
        using var impatience = new CancellationTokenSource();

        Task<DnsAnswer<string>> first = cache.AskAsync(Asked, _ => Count(server.Task), impatience.Token);
        Task<DnsAnswer<string>> second = cache.AskAsync(Asked, _ => Count(server.Task), Stop);
        await impatience.CancelAsync();
        Assert.Equal(new DnsAnswer<string>.Failed("given up"), await first);
        Assert.False(second.IsCompleted);

        server.SetResult(new Lookup<string>(Answer, TimeSpan.FromMinutes(1)));
        Assert.Same(Answer, await second);
        Assert.Same(Answer, await cache.AskAsync(Asked, _ => Count(server.Task), Stop));
        Assert.Equal(1, _questions);
    }

    [Fact]
    public async Task A_question_that_takes_for_ever_is_given_up()
    {
        var cache = new AnswerCache(_clock);
        var begun = new TaskCompletionSource();
        Task<DnsAnswer<string>> answer = cache.AskAsync(Asked, SilenceAsync, Stop);
        await begun.Task;
        _clock.Advance(AnswerCache.Limit);

        Assert.Equal(new DnsAnswer<string>.Failed("timed out"), await answer);

        async Task<Lookup<string>> SilenceAsync(CancellationToken cancellation)
        {
            Task silence = Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            begun.SetResult();
            await silence.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new Lookup<string>(new DnsAnswer<string>.Failed("timed out"), TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public async Task A_question_that_breaks_is_a_failure_and_is_asked_again()
    {
        var cache = new AnswerCache(_clock);

        Assert.IsType<DnsAnswer<string>.Failed>(await cache.AskAsync(Asked, _ => Task.FromException<Lookup<string>>(new InvalidOperationException()), Stop));
        Assert.Same(Answer, await cache.AskAsync(Asked, Answering, Stop));
    }

    [Fact]
    public async Task Types_and_names_are_told_apart_and_case_is_not()
    {
        var cache = new AnswerCache(_clock);
        await cache.AskAsync(Asked, Answering, Stop);

        Assert.NotNull(cache.Find<string>(new Question(QueryType.TXT, "EXAMPLE.Com")));
        Assert.Null(cache.Find<string>(new Question(QueryType.PTR, "example.com")));
        Assert.Null(cache.Find<string>(new Question(QueryType.TXT, "example.co")));
    }

    [Fact]
    public async Task What_is_asked_for_stays_and_what_is_not_makes_room()
    {
        var cache = new AnswerCache(_clock, capacity: 100_000);
        for (int i = 0; i < 10_000; i++)
        {
            await cache.AskAsync(new Question(QueryType.TXT, i.ToString(CultureInfo.InvariantCulture)), Answering, Stop);
            await cache.AskAsync(Asked, Answering, Stop);
        }

        int kept = Enumerable.Range(0, 10_000).Count(i => cache.Find<string>(new Question(QueryType.TXT, i.ToString(CultureInfo.InvariantCulture))) is not null);
        Assert.InRange(kept, 100, 700);
        Assert.Equal(10_001, _questions);
    }

    [Fact]
    public async Task An_answer_larger_than_the_memory_is_given_all_the_same()
    {
        var cache = new AnswerCache(_clock, capacity: 1000);
        var large = new DnsAnswer<string>.Found([new string('x', 10_000)]);

        Assert.Same(large, await cache.AskAsync(Asked, _ => Task.FromResult(new Lookup<string>(large, TimeSpan.FromMinutes(1))), Stop));
        await cache.AskAsync(new Question(QueryType.TXT, "other"), Answering, Stop);
        Assert.NotNull(cache.Find<string>(new Question(QueryType.TXT, "other")));
    }

    private Task<Lookup<string>> Answering(CancellationToken cancellation) => Count(Task.FromResult(new Lookup<string>(Answer, TimeSpan.FromMinutes(1))));

    private Task<Lookup<string>> Count(Task<Lookup<string>> lookup)
    {
        Interlocked.Increment(ref _questions);
        return lookup;
    }
}
