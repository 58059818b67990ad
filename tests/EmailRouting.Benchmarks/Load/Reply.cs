namespace EmailRouting.Benchmarks.Load;

/// <param name="Code">Of its last line.</param>
/// <param name="Text">Its last line; empty for 2xx and 3xx, which nobody reads.</param>
internal readonly record struct Reply(int Code, string Text)
{
    public bool IsPositive => Code is >= 200 and < 300;
}
