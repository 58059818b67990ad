namespace EmailRouting.Testing;

/// <summary>Lines of a connection, each with the LF that ended it.</summary>
internal sealed class LineInput(Stream stream, CancellationToken cancellation)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <returns>Null at the end of the connection.</returns>
    public async ValueTask<byte[]?> ReadLineAsync()
    {
        using var line = new MemoryStream();
        while (true)
        {
            int lf = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            int stop = lf < 0 ? _end : lf + 1;
            line.Write(_buffer, _start, stop - _start);
            _start = stop;
            if (lf >= 0)
            {
                return line.ToArray();
            }

            (_start, _end) = (0, await stream.ReadAsync(_buffer, cancellation));
            if (_end == 0)
            {
                return null;
            }
        }
    }
}
