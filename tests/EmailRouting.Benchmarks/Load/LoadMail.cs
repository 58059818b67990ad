using System.Globalization;
using System.Text;

namespace EmailRouting.Benchmarks.Load;

/// <summary>The octets of a message as they go over the wire, the final dot included.</summary>
/// <remarks>Every message has a Message-ID of its own: the same one many times would look like a loop.</remarks>
internal sealed class LoadMail
{
    public const int LeastSize = 200;

    // The last block is sent on its own, so that the time from the dot does not hold the time that a large message takes to send.
    private const int LastBlock = 16 * 1024;
    private const int LineLength = 78;
    private const string Number = "000000000000";

    private readonly byte[] _wire;
    private readonly int _number;

    public LoadMail(int size)
    {
        string header =
            $"From: Load <sender@origin.test>\r\nTo: alias@in.test\r\nSubject: load\r\nMessage-ID: <{Number}.{Guid.NewGuid():N}@load.test>\r\n\r\n";
        var text = new StringBuilder(header, size + 3);
        while (text.Length < size)
        {
            // A line of its line end alone is the shortest there is.
            int line = Math.Min(LineLength + 2, size - text.Length);
            text.Append('x', Math.Max(0, line - 2)).Append("\r\n");
        }

        _wire = Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString());
        _number = header.IndexOf(Number, StringComparison.Ordinal);
    }

    public ReadOnlyMemory<byte> First => _wire.AsMemory(0, Math.Max(0, _wire.Length - LastBlock));

    /// <summary>Ends in the final dot.</summary>
    public ReadOnlyMemory<byte> Last => _wire.AsMemory(Math.Max(0, _wire.Length - LastBlock));

    public void Become(int message) => message.TryFormat(_wire.AsSpan(_number, Number.Length), out _, "D12", CultureInfo.InvariantCulture);
}
