using System.Collections.Immutable;
using System.Text;

namespace EmailRouting.MailAuth.Dmarc;

/// <summary>Reads the domains out of an address list (RFC 5322 §3.4 and §4.4): mailboxes, groups, routes, comments, quoted strings, encoded words.</summary>
/// <remarks>
/// Total, one pass, no recursion. It is strict where leniency would let two programs see two authors: text behind an angle address, two addresses without a
/// comma, a quote or comment that does not end. Display names may be what they like, unquoted <c>@</c> included.
/// </remarks>
internal ref struct AuthorParser
{
    // Nobody has so many authors; a longer field is not worth the time.
    private const int LongestField = 32 * 1024;
    private const int MaxMailboxes = 100;

    private readonly ReadOnlySpan<byte> _text;
    private readonly ImmutableArray<string>.Builder _domains = ImmutableArray.CreateBuilder<string>();
    private int _at;

    // A comment that does not end, wherever it began.
    private bool _isOpen;

    // The mailbox that is being read: whether anything stands in it, the domain of an address without angles, or that of the angle address.
    private bool _hasWords;
    private bool _hasAngle;
    private bool _isInGroup;
    private string? _bare;
    private bool _bareIsBroken;

    private AuthorParser(ReadOnlySpan<byte> text) => _text = text;

    public static bool TryReadDomains(ReadOnlySpan<byte> value, out ImmutableArray<string> domains)
    {
        var parser = new AuthorParser(value);
        bool isReadable = value.Length <= LongestField && parser.ReadList() && !parser._isOpen;
        domains = isReadable ? parser._domains.ToImmutable() : [];
        return isReadable;
    }

    private bool ReadList()
    {
        while (true)
        {
            if (!SkipComments())
            {
                return false;
            }

            if (_at == _text.Length)
            {
                return EndMailbox();
            }

            byte sign = _text[_at];
            bool isFine = sign switch
            {
                (byte)',' => Next() && EndMailbox(),
                (byte)';' => _isInGroup && Next() && EndMailbox() && EndGroup(),
                (byte)':' => !_isInGroup && !_hasAngle && _hasWords && Next() && BeginGroup(),
                (byte)'<' => !_hasAngle && Next() && ReadAngle(),
                (byte)'@' => !_hasAngle && Next() && ReadBareDomain(),
                (byte)'>' or (byte)'[' or (byte)']' or (byte)'\\' or (byte)')' => false,
                _ => !_hasAngle && ReadWord(),
            };

            if (!isFine)
            {
                return false;
            }
        }
    }

    private bool Next()
    {
        _at++;
        return true;
    }

    private bool BeginGroup()
    {
        (_isInGroup, _hasWords, _bare, _bareIsBroken) = (true, false, null, false);
        return true;
    }

    private bool EndGroup()
    {
        _isInGroup = false;
        return true;
    }

    /// <summary>False where what was read since the last comma is no mailbox. Nothing at all is fine (RFC 5322 §4.4).</summary>
    private bool EndMailbox()
    {
        if (!_hasAngle)
        {
            if (_hasWords && (_bare is null || _bareIsBroken))
            {
                return false;
            }

            if (_bare is not null)
            {
                _domains.Add(_bare);
            }
        }

        (_hasWords, _hasAngle, _bare, _bareIsBroken) = (false, false, null, false);
        return _domains.Count <= MaxMailboxes;
    }

    // In a display name an @ means nothing; it means something once it turns out that no angle address follows.
    private bool ReadBareDomain()
    {
        _bareIsBroken |= _bare is not null || !_hasWords;
        _hasWords = true;
        if (ReadDomain() is { } domain)
        {
            _bare = domain;
        }
        else
        {
            _bareIsBroken = true;
        }

        return true;
    }

    private bool ReadWord()
    {
        // Words behind the domain of a bare address: a display name after all, or nothing that can be read.
        _bareIsBroken |= _bare is not null;
        _hasWords = true;
        return _text[_at] == (byte)'"' ? SkipQuoted() : ReadAtom().Length > 0;
    }

    private bool ReadAngle()
    {
        (_hasAngle, _hasWords) = (true, true);
        if (!SkipComments())
        {
            return false;
        }

        // An obsolete route: @a,@b:user@domain. What counts stands behind its colon.
        if (Peek() is (byte)'@')
        {
            int colon = _text[_at..].IndexOf((byte)':');
            if (colon < 0 || _text.Slice(_at, colon).ContainsAny("<>\"("u8))
            {
                return false;
            }

            _at += colon + 1;
        }

        bool hasLocalPart = false;
        while (SkipComments() && Peek() is { } sign and not ((byte)'@' or (byte)'>' or (byte)'<' or (byte)',' or (byte)';' or (byte)':'))
        {
            hasLocalPart = true;
            if (sign == (byte)'"' ? !SkipQuoted() : ReadAtom().Length == 0)
            {
                return false;
            }
        }

        if (!hasLocalPart || Peek() is not (byte)'@')
        {
            return false;
        }

        _at++;
        if (ReadDomain() is not { } domain || !SkipComments() || Peek() is not (byte)'>')
        {
            return false;
        }

        _at++;
        _domains.Add(domain);
        return true;
    }

    /// <summary>Atoms and dots with whatever white space and comments between them; null where there is none, or a literal.</summary>
    private string? ReadDomain()
    {
        var domain = new StringBuilder();
        bool wantsAtom = true;
        while (SkipComments() && Peek() is { } sign)
        {
            if (sign == (byte)'[')
            {
                return ReadLiteral();
            }

            // Two atoms without a dot between them are two words: the second is not the domain's.
            int start = _at;
            ReadOnlySpan<byte> atom = ReadAtom();
            if (atom.IsEmpty)
            {
                break;
            }

            if (!wantsAtom && atom[0] != (byte)'.')
            {
                _at = start;
                break;
            }

            domain.Append(Encoding.UTF8.GetString(atom));
            wantsAtom = atom[^1] == (byte)'.';
        }

        return domain.Length > 0 ? domain.ToString() : null;
    }

    // A literal is a domain to the grammar; it is given out as it stands, and no domain name can be made of it.
    private string? ReadLiteral()
    {
        int end = _text[_at..].IndexOf((byte)']');
        if (end < 0)
        {
            return null;
        }

        string literal = Encoding.UTF8.GetString(_text.Slice(_at, end + 1));
        _at += end + 1;
        return literal;
    }

    /// <summary>Octets up to the next sign that has a meaning, dots included; empty where there is none.</summary>
    private ReadOnlySpan<byte> ReadAtom()
    {
        int start = _at;
        while (_at < _text.Length && _text[_at] is > (byte)' ' and not (0x7F or (byte)'(' or (byte)')' or (byte)'<' or (byte)'>' or (byte)'[' or (byte)']'
            or (byte)':' or (byte)';' or (byte)'@' or (byte)'\\' or (byte)',' or (byte)'"'))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private bool SkipQuoted()
    {
        for (_at++; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case (byte)'"':
                    _at++;
                    return true;
                case (byte)'\\':
                    _at++;
                    break;
            }
        }

        return false;
    }

    /// <summary>Goes over white space and comments, however deep. False where a comment does not end.</summary>
    private bool SkipComments()
    {
        int depth = 0;
        for (; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when depth > 0:
                    depth--;
                    break;
                case (byte)'\\' when depth > 0:
                    _at++;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                default:
                    if (depth == 0)
                    {
                        return true;
                    }

                    break;
            }
        }

        // A backslash as the very last octet leads one too far.
        _at = Math.Min(_at, _text.Length);
        _isOpen |= depth > 0;
        return depth == 0;
    }

    private readonly byte? Peek() => _at < _text.Length ? _text[_at] : null;
}
