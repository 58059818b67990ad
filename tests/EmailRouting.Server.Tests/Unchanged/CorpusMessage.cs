namespace EmailRouting.Server.Tests.Unchanged;

/// <param name="Name">What is special about it.</param>
/// <param name="Content">Its octets before dot-stuffing: nothing at all, or lines that end with CR LF.</param>
internal sealed record CorpusMessage(string Name, byte[] Content)
{
    public override string ToString() => $"{Name} ({Content.Length} octets)";
}
