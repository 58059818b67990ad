namespace EmailRouting.Testing;

/// <summary>What a scripted server does when a step of the protocol is reached.</summary>
public sealed record Reaction
{
    private Reaction(string text, Ending then) => (Text, Then) = (text, then);

    internal enum Ending
    {
        GoOn,
        Close,
        Reset,
        Hang,
    }

    /// <summary>Says nothing more and reads nothing more, until the client goes or the server is disposed.</summary>
    public static Reaction Hang { get; } = new(string.Empty, Ending.Hang);

    /// <summary>A FIN.</summary>
    public static Reaction Close { get; } = new(string.Empty, Ending.Close);

    /// <summary>A RST.</summary>
    public static Reaction Reset { get; } = new(string.Empty, Ending.Reset);

    internal string Text { get; }

    internal Ending Then { get; }

    /// <param name="text">Lines separated by LF; each gets its CR LF.</param>
    public static Reaction Say(string text) => new(text, Ending.GoOn);

    public static Reaction SayAndClose(string text) => new(text, Ending.Close);
}
