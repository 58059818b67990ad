namespace EmailRouting.Benchmarks.Load;

/// <summary>What became of one message.</summary>
/// <param name="Whole">From MAIL to the last reply.</param>
/// <param name="AfterDot">From the final dot to its reply.</param>
/// <param name="Refusal">The command and its reply where one was not as hoped; null when the message was taken.</param>
internal readonly record struct Sent(TimeSpan Whole, TimeSpan AfterDot, string? Refusal)
{
    public static Sent Refused(string command, Reply reply) => new(default, default, $"{command}: {reply.Text}");
}
