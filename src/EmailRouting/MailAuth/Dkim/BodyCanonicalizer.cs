using System.Buffers;
using System.Security.Cryptography;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>
/// Brings a body into the form that is signed and digests it, in one pass however the octets are cut, with the digest of each beginning that some signature
/// asked for (<c>l=</c>).
/// </summary>
/// <remarks>Only CR LF is a line end. A body in which a CR or LF stands alone does not come this far, but would be taken as it is.</remarks>
internal sealed class BodyCanonicalizer : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly Canonicalization _how;
    private readonly long[] _limits;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<long, byte[]> _atLimit = [];
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _buffered;
    private int _nextLimit;
    private long _digested;

    // What has been read and not yet written: it depends on what follows whether it is part of the form.
    private long _lineEnds;
    private bool _cr;
    private bool _gap;
    private bool _hasContent;

    /// <param name="how">RFC 6376 §3.4.3 or §3.4.4.</param>
    /// <param name="limits">Lengths of beginnings that are to be digested too.</param>
    public BodyCanonicalizer(Canonicalization how, IEnumerable<long> limits)
    {
        _how = how;
        _limits = [.. limits.Distinct().Order()];
        TakeDueDigests();
    }

    /// <summary>Octets of the whole form, once <see cref="Complete"/> was called.</summary>
    public long Length => _digested;

    public Canonicalization How => _how;

    public void Append(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (_cr)
            {
                _cr = false;
                if (octets[0] == (byte)'\n')
                {
                    EndLine();
                    octets = octets[1..];
                    continue;
                }

                WriteContent("\r"u8);
            }

            int run = _how == Canonicalization.Relaxed ? octets.IndexOfAny((byte)' ', (byte)'\t', (byte)'\r') : octets.IndexOf((byte)'\r');
            run = run < 0 ? octets.Length : run;
            if (run > 0)
            {
                WriteContent(octets[..run]);
                octets = octets[run..];
                continue;
            }

            _cr = octets[0] == (byte)'\r';
            _gap |= !_cr;
            octets = octets[1..];
        }
    }

    /// <summary>The digest of the whole form.</summary>
    public byte[] Complete()
    {
        if (_cr)
        {
            _cr = false;
            WriteContent("\r"u8);
        }

        // All empty lines at the end are one line end; a body without any line has one in the simple form and stays empty in the relaxed form.
        if (_hasContent || _how == Canonicalization.Simple)
        {
            Write("\r\n"u8);
        }

        Flush();
        return _hash.GetHashAndReset();
    }

    /// <summary>The digest of a beginning of the form; null where the form is shorter than that.</summary>
    public byte[]? At(long limit) => _atLimit.GetValueOrDefault(limit);

    /// <summary>Once, after the last octet. Digests that were taken can still be asked for.</summary>
    public void Dispose()
    {
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void EndLine()
    {
        // White space at the end of a line is ignored.
        _gap = false;
        _lineEnds++;
    }

    private void WriteContent(ReadOnlySpan<byte> octets)
    {
        for (; _lineEnds > 0; _lineEnds--)
        {
            Write("\r\n"u8);
        }

        if (_gap)
        {
            Write(" "u8);
            _gap = false;
        }

        Write(octets);
        _hasContent = true;
    }

    private void Write(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > BufferSize - _buffered)
        {
            Flush();
            if (octets.Length > BufferSize)
            {
                Digest(octets);
                return;
            }
        }

        octets.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += octets.Length;
    }

    private void Flush()
    {
        Digest(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void Digest(ReadOnlySpan<byte> octets)
    {
        while (_nextLimit < _limits.Length && _limits[_nextLimit] <= _digested + octets.Length)
        {
            int part = (int)(_limits[_nextLimit] - _digested);
            _hash.AppendData(octets[..part]);
            octets = octets[part..];
            _digested += part;
            TakeDueDigests();
        }

        _hash.AppendData(octets);
        _digested += octets.Length;
    }

    private void TakeDueDigests()
    {
        for (; _nextLimit < _limits.Length && _limits[_nextLimit] == _digested; _nextLimit++)
        {
            _atLimit[_limits[_nextLimit]] = _hash.GetCurrentHash();
        }
    }
}
