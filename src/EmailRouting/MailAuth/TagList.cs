using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailRouting.MailAuth;

/// <summary>The list <c>a=1; b=2</c> that signatures and key records are written in (RFC 6376 §3.2).</summary>
/// <remarks>Names are case-sensitive and no name comes twice.</remarks>
internal sealed class TagList
{
    private const int MaxTags = 64;

    private readonly List<Tag> _tags = [];

    private TagList()
    {
    }

    /// <summary>A list by the letter of the grammar.</summary>
    /// <param name="octets">Folded as it came.</param>
    /// <param name="list">Offsets in it count from the first of the octets.</param>
    public static bool TryParse(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out TagList? list) => TryParse(octets, skipEmpty: false, out list);

    /// <summary>A list as operators type it into their DNS: a semicolon too many means nothing.</summary>
    public static bool TryParseRecord(string text, [NotNullWhen(true)] out TagList? list) => TryParse(Encoding.UTF8.GetBytes(text), skipEmpty: true, out list);

    /// <summary>White space around it removed; null where there is no such tag.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (Tag tag in _tags)
            {
                if (tag.Name == name)
                {
                    return tag.Value;
                }
            }

            return null;
        }
    }

    /// <summary>The name of the first tag; null in an empty list.</summary>
    public string? FirstName => _tags is [var first, ..] ? first.Name : null;

    /// <summary>Where the value of a tag lies, white space around it included: what is taken out of a field before its own signature is computed.</summary>
    public Range RangeOf(string name)
    {
        Tag found = _tags.Find(tag => tag.Name == name);
        return found.Start..found.End;
    }

    /// <summary>The value without white space anywhere, as base64 and lists are read.</summary>
    public string? Compact(string name)
    {
        string? value = this[name];
        if (value is null || !value.AsSpan().ContainsAny(" \t\r\n"))
        {
            return value;
        }

        char[] kept = new char[value.Length];
        int count = 0;
        foreach (char c in value)
        {
            if (c is not (' ' or '\t' or '\r' or '\n'))
            {
                kept[count++] = c;
            }
        }

        return new string(kept, 0, count);
    }

    private static bool TryParse(ReadOnlySpan<byte> octets, bool skipEmpty, [NotNullWhen(true)] out TagList? list)
    {
        list = null;
        var read = new TagList();
        for (int start = 0; start <= octets.Length;)
        {
            int semicolon = octets[start..].IndexOf((byte)';');
            int end = semicolon < 0 ? octets.Length : start + semicolon;
            ReadOnlySpan<byte> specification = octets[start..end];
            if (specification.Trim(" \t\r\n"u8).IsEmpty)
            {
                // Only the semicolon that ends the list may be followed by nothing.
                if (!skipEmpty && semicolon >= 0)
                {
                    return false;
                }
            }
            else if (read._tags.Count == MaxTags || !read.TryAdd(specification, start))
            {
                return false;
            }

            start = end + 1;
        }

        list = read;
        return read._tags.Count > 0;
    }

    private bool TryAdd(ReadOnlySpan<byte> specification, int offset)
    {
        int equals = specification.IndexOf((byte)'=');
        if (equals < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> octets = specification[..equals].Trim(" \t\r\n"u8);
        ReadOnlySpan<byte> value = specification[(equals + 1)..].Trim(" \t\r\n"u8);
        if (!IsName(octets) || !IsValue(value))
        {
            return false;
        }

        string name = Encoding.ASCII.GetString(octets);
        if (this[name] is not null)
        {
            return false;
        }

        _tags.Add(new Tag(name, Encoding.UTF8.GetString(value), offset + equals + 1, offset + specification.Length));
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

    private readonly record struct Tag(string Name, string Value, int Start, int End);
}
