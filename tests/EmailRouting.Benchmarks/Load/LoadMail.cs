using System.Globalization;
using System.Text;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;

namespace EmailRouting.Benchmarks.Load;

/// <summary>The octets of a message as they go over the wire, the final dot included.</summary>
/// <remarks>Every message has a Message-ID of its own: the same one many times would look like a loop.</remarks>
internal sealed class LoadMail
{
    public const int LeastSize = 200;
    public const int LeastSignedSize = 1_000;

    // The last block is sent on its own, so that the time from the dot does not hold the time that a large message takes to send.
    private const int LastBlock = 16 * 1024;
    private const int LineLength = 78;
    private const string Number = "000000000000";

    private readonly byte[] _wire;
    private readonly int _number;

    /// <param name="size">Octets, header and line ends included.</param>
    /// <param name="key">To sign with (DKIM); null: unsigned.</param>
    public LoadMail(int size, SigningKey? key)
    {
        // It stands above the signature, which does not cover it: one signature is good for all messages.
        string first = $"Message-ID: <{Number}.{Guid.NewGuid():N}@load.test>\r\n";
        byte[] message = Text(size - first.Length);
        if (key is not null)
        {
            int signature = DkimSigner.Sign(message, key, DateTimeOffset.UnixEpoch).Length;
            message = Text(size - first.Length - signature);
            message = [.. DkimSigner.Sign(message, key, DateTimeOffset.UnixEpoch), .. message];
        }

        _wire = [.. Encoding.ASCII.GetBytes(first), .. message, .. ".\r\n"u8];
        _number = first.IndexOf(Number, StringComparison.Ordinal);
    }

    public ReadOnlyMemory<byte> First => _wire.AsMemory(0, Math.Max(0, _wire.Length - LastBlock));

    /// <summary>Ends in the final dot.</summary>
    public ReadOnlyMemory<byte> Last => _wire.AsMemory(Math.Max(0, _wire.Length - LastBlock));

    public void Become(int message) => message.TryFormat(_wire.AsSpan(_number, Number.Length), out _, "D12", CultureInfo.InvariantCulture);

    private static byte[] Text(int size)
    {
        var text = new StringBuilder("From: Load <sender@origin.test>\r\nTo: alias@in.test\r\nSubject: load\r\n\r\n", Math.Max(size, LeastSize));
        while (text.Length < size)
        {
            // A line of its line end alone is the shortest there is.
            int line = Math.Min(LineLength + 2, size - text.Length);
            text.Append('x', Math.Max(0, line - 2)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
