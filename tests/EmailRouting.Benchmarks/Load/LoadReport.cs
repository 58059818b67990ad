namespace EmailRouting.Benchmarks.Load;

/// <summary>What a run came to.</summary>
internal sealed class LoadReport(Session[] sessions, DateTimeOffset begunAt, TimeSpan elapsed)
{
    private readonly Sent[] _taken = [.. sessions.SelectMany(static session => session.Taken)];
    private readonly int _failed = sessions.Sum(static session => session.Failed);

    public override string ToString()
    {
        var late = new Latencies(sessions.SelectMany(static session => session.Late));
        string rate = FormattableString.Invariant($"{_taken.Length / elapsed.TotalSeconds:F0} msg/s, {_taken.Length} taken in {elapsed.TotalSeconds:F3} s");
        string[] lines =
        [
            FormattableString.Invariant($"{rate}, begun at {begunAt.ToUnixTimeMilliseconds() / 1000.0:F3}"),
            $"dot to 250: {new Latencies(_taken.Select(static sent => sent.AfterDot))}",
            $"MAIL to 250: {new Latencies(_taken.Select(static sent => sent.Whole))}",
            .. late.Max > TimeSpan.Zero ? [$"begun late: {late}"] : Array.Empty<string>(),
        ];
        return string.Join('\n', lines);
    }

    /// <summary>Null when all were taken.</summary>
    public string? Complaint() =>
        _failed > 0 ? $"{_failed} of {_taken.Length + _failed} messages were not taken; the first: {FirstFailure()}" : null;

    private string FirstFailure() =>
        sessions.Select(static session => session.FirstFailure).OfType<(long At, string Why)>().MinBy(static failure => failure.At).Why;
}
