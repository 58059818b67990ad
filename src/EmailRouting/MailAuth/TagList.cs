using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailRouting.MailAuth;

/// <summary>The list <c>a=1; b=2</c> that signatures and key records are written in (RFC 6376 §3.2).</summary>
/// <remarks>Names are case-sensitive and no name comes twice.</remarks>
internal sealed class TagList
{
    private const int MaxTags = 64;
    private const int UsualTags = 12;
    private const int MaxPadding = 3;

    private readonly ReadOnlyMemory<byte> _octets;
    private readonly List<Tag> _tags = new(UsualTags);

    private TagList(ReadOnlyMemory<byte> octets) => _octets = octets;

    /// <summary>A list by the letter of the grammar.</summary>
    /// <param name="octets">Folded as it came; read again for each value, so they must stay as they are.</param>
    /// <param name="list">Offsets in it count from the first of the octets.</param>
    public static bool TryParse(ReadOnlyMemory<byte> octets, [NotNullWhen(true)] out TagList? list) => TryParse(octets, skipEmpty: false, out list);

    /// <summary>A list as operators type it into their DNS: a semicolon too many means nothing.</summary>
    public static bool TryParseRecord(string text, [NotNullWhen(true)] out TagList? list) => TryParse(Encoding.UTF8.GetBytes(text), skipEmpty: true, out list);

    /// <summary>White space around it removed; null where there is no such tag.</summary>
    public string? this[string name] => Find(name) is { } tag ? Encoding.UTF8.GetString(Value(tag)) : null;

    /// <summary>The name of the first tag; null in an empty list.</summary>
    public string? FirstName => _tags is [var first, ..] ? Encoding.ASCII.GetString(Name(first)) : null;

    /// <summary>Where the value of a tag lies, white space around it included: what is taken out of a field before its own signature is computed.</summary>
    public Range RangeOf(string name) => Find(name) is { } tag ? tag.Start..tag.End : default;

    /// <summary>The value without white space anywhere, as lists are read.</summary>
    public string? Compact(string name)
    {
        if (Find(name) is not { } tag)
        {
            return null;
        }

        ReadOnlySpan<byte> value = Value(tag);
        byte[] kept = ArrayPool<byte>.Shared.Rent(value.Length);
        string text = Encoding.UTF8.GetString(kept, 0, CopyCompact(value, kept));
        ArrayPool<byte>.Shared.Return(kept);
        return text;
    }

    /// <summary>The octets that a value says in base64.</summary>
    /// <param name="name">Of the tag.</param>
    /// <param name="longest">Characters, white space not counted; a longer value is refused.</param>
    /// <param name="octets">At least one.</param>
    public bool TryDecode(string name, int longest, [NotNullWhen(true)] out byte[]? octets)
    {
        octets = null;
        if (Find(name) is not { } tag)
        {
            return false;
        }

        ReadOnlySpan<byte> value = Value(tag);
        byte[] text = ArrayPool<byte>.Shared.Rent(value.Length + MaxPadding);
        int length = CopyCompact(value, text);
        if (length > 0 && length <= longest)
        {
            // Padding that was lost in a DNS form somewhere is no reason to lose mail: without it the text says the same.
            int padded = (length + MaxPadding) / 4 * 4;
            text.AsSpan(length, padded - length).Fill((byte)'=');
            octets = Base64.DecodeFromUtf8InPlace(text.AsSpan(0, padded), out int decoded) == OperationStatus.Done && decoded > 0 ? text[..decoded] : null;
        }

        ArrayPool<byte>.Shared.Return(text);
        return octets is not null;
    }

    private ReadOnlySpan<byte> Name(Tag tag) => _octets.Span.Slice(tag.NameStart, tag.NameLength);

    private ReadOnlySpan<byte> Value(Tag tag) => _octets.Span[tag.Start..tag.End].Trim(" \t\r\n"u8);

    private Tag? Find(string name)
    {
        foreach (Tag tag in _tags)
        {
            if (Ascii.Equals(Name(tag), name))
            {
                return tag;
            }
        }

        return null;
    }

    private static int CopyCompact(ReadOnlySpan<byte> value, Span<byte> to)
    {
        int count = 0;
        foreach (byte octet in value)
        {
            if (octet is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                to[count++] = octet;
            }
        }

        return count;
    }

    private static bool TryParse(ReadOnlyMemory<byte> octets, bool skipEmpty, [NotNullWhen(true)] out TagList? list)
    {
        list = null;
        var read = new TagList(octets);
        ReadOnlySpan<byte> all = octets.Span;
        for (int start = 0; start <= all.Length;)
        {
            int semicolon = all[start..].IndexOf((byte)';');
            int end = semicolon < 0 ? all.Length : start + semicolon;
            if (all[start..end].Trim(" \t\r\n"u8).IsEmpty)
            {
                // Only the semicolon that ends the list may be followed by nothing.
                if (!skipEmpty && semicolon >= 0)
                {
                    return false;
                }
            }
            else if (read._tags.Count == MaxTags || !read.TryAdd(start, end))
            {
                return false;
            }

            start = end + 1;
        }

        list = read;
        return read._tags.Count > 0;
    }

    private bool TryAdd(int start, int end)
    {
        ReadOnlySpan<byte> all = _octets.Span;
        int equals = all[start..end].IndexOf((byte)'=');
        if (equals < 0)
        {
            return false;
        }

        equals += start;
        ReadOnlySpan<byte> name = all[start..equals].TrimStart(" \t\r\n"u8);
        var tag = new Tag(equals - name.Length, name.TrimEnd(" \t\r\n"u8).Length, equals + 1, end);
        if (!IsName(Name(tag)) || !IsValue(Value(tag)))
        {
            return false;
        }

        foreach (Tag other in _tags)
        {
            if (Name(other).SequenceEqual(Name(tag)))
            {
                return false;
            }
        }

        _tags.Add(tag);
        return true;
    }

    private static bool IsName(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty || !char.IsAsciiLetter((char)octets[0]))
        {
            return false;
        }

        foreach (byte octet in octets)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet != '_')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsValue(ReadOnlySpan<byte> octets)
    {
        foreach (byte octet in octets)
        {
            if (octet is < (byte)' ' and not ((byte)'\t' or (byte)'\r' or (byte)'\n') or 0x7F)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where it lies: its name, and its value with the white space around it.</summary>
    private readonly record struct Tag(int NameStart, int NameLength, int Start, int End);
}
