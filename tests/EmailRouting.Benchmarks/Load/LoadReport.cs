namespace EmailRouting.Benchmarks.Load;

/// <summary>What a run came to.</summary>
internal sealed class LoadReport(Session[] sessions, DateTimeOffset begunAt, TimeSpan elapsed)
{
    public int Failed { get; } = sessions.Sum(static session => session.Failed);

    private int Taken { get; } = sessions.Sum(static session => session.Taken.Count);

    public override string ToString()
    {
        var afterDot = new Latencies(sessions.SelectMany(static session => session.Taken).Select(static sent => sent.AfterDot));
        var whole = new Latencies(sessions.SelectMany(static session => session.Taken).Select(static sent => sent.Whole));
        string text = FormattableString.Invariant(
            $"{Taken / elapsed.TotalSeconds:F0} msg/s, {Taken} taken in {elapsed.TotalSeconds:F3} s, begun at {begunAt.ToUnixTimeMilliseconds() / 1000.0:F3}\ndot to 250: {afterDot}\nMAIL to 250: {whole}");
        Latencies late = new(sessions.SelectMany(static session => session.Late));
        return late.Max == TimeSpan.Zero ? text : $"{text}\nbegun late: {late}";
    }

    /// <summary>Null when all were taken.</summary>
    public string? Complaint() => Failed == 0 ? null
        : $"{Failed} of {Taken + Failed} messages were not taken; the first: {sessions.Where(static session => session.FirstFailure is not null).MinBy(static session => session.FirstFailure!.Value.At)!.FirstFailure!.Value.Why}";
}
