using System.Globalization;
using System.Text.Json;

namespace EmailRouting.Server.Api;

/// <summary>
/// One JSON object of a request, read field by field. What is wrong is gathered, not thrown: whoever sent it hears of everything at once, each with the field, the value
/// and what is allowed.
/// </summary>
internal sealed class JsonFields
{
    /// <summary>Nobody reads the hundred-and-first.</summary>
    private const int MaxProblems = 100;

    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<ApiError> _problems;
    private readonly List<ApiError> _remarks;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private JsonFields(JsonElement json, string path, List<ApiError> problems, List<ApiError> remarks) =>
        (_object, _path, _problems, _remarks) = (json, path, problems, remarks);

    public static JsonFields Of(JsonElement json) => new(json, string.Empty, [], []);

    /// <summary>What is wrong so far, here and in the objects inside.</summary>
    public IReadOnlyList<ApiError> Problems => _problems;

    /// <summary>What was passed over.</summary>
    public IReadOnlyList<ApiError> Remarks => _remarks;

    public bool IsValid => _problems.Count == 0;

    /// <summary>Where in the body it stands (RFC 6901); empty for the body itself.</summary>
    public string Path => _path;

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Has(string name)
    {
        _asked.Add(name);
        return _object.TryGetProperty(name, out _);
    }

    /// <summary>Whether the field is there and not null.</summary>
    public bool HasValue(string name) => TryGet(name, out _);

    /// <returns>Null where the field is absent, null or wrong.</returns>
    public string? Text(string name, int maxLength, bool allowLineBreaks = false)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        return TextOf(value, name, maxLength, allowLineBreaks);
    }

    /// <summary>Looks at a text, nothing checked and nothing noted.</summary>
    public string? TextOrNull(string name) => _object.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.ToString() : null;

    /// <inheritdoc cref="Text"/>
    public bool? Flag(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Wrong(name, $"must be true or false, not {Kind(value)}");
        return null;
    }

    /// <summary>A whole number; 10.0 is one too, since there are clients that know no others.</summary>
    /// <inheritdoc cref="Text"/>
    public int? Number(string name, int min, int max)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= min && number <= max && Math.Floor(number) == number)
        {
            return (int)number;
        }

        string what = value.ValueKind == JsonValueKind.Number ? $"'{Shown.Text(value.GetRawText())}'" : Kind(value);
        Wrong(name, max == int.MaxValue ? $"must be a whole number from {min}, not {what}" : $"must be a whole number from {min} to {max}, not {what}");
        return null;
    }

    /// <summary>RFC 3339.</summary>
    /// <inheritdoc cref="Text"/>
    public DateTimeOffset? Instant(string name)
    {
        if (Text(name, 100) is not { } text)
        {
            return null;
        }

        // Without a zone it would be anybody's guess.
        string[] forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        bool hasZone = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        if (hasZone && DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTimeOffset instant))
        {
            return instant;
        }

        Wrong(name, $"'{Shown.Text(text)}' must be a time such as 2030-12-31T23:59:59Z");
        return null;
    }

    /// <summary>A list of texts; an empty one is a list.</summary>
    /// <inheritdoc cref="Text"/>
    public IReadOnlyList<string>? Texts(string name, int maxCount, int maxLength)
    {
        if (!TryGetList(name, maxCount, out JsonElement list))
        {
            return null;
        }

        var texts = new List<string>();
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (TextOf(item, $"{name}/{texts.Count}", maxLength, allowLineBreaks: false) is not { } text)
            {
                return null;
            }

            texts.Add(text);
        }

        return texts;
    }

    /// <summary>A list of objects.</summary>
    /// <inheritdoc cref="Text"/>
    public IReadOnlyList<JsonFields>? Objects(string name, int maxCount)
    {
        if (!TryGetList(name, maxCount, out JsonElement list))
        {
            return null;
        }

        var objects = new List<JsonFields>();
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                Wrong($"{name}/{objects.Count}", $"must be an object, not {Kind(item)}");
                return null;
            }

            objects.Add(new JsonFields(item, $"{_path}/{name}/{objects.Count}", _problems, _remarks));
        }

        return objects;
    }

    /// <inheritdoc cref="Text"/>
    public JsonFields? Object(string name)
    {
        if (!TryGet(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return new JsonFields(value, $"{_path}/{name}", _problems, _remarks);
        }

        Wrong(name, $"must be an object, not {Kind(value)}");
        return null;
    }

    /// <summary>Notes that a field must be there.</summary>
    public void Missing(string name, string whatItIs) => Wrong(name, $"is missing: {whatItIs}");

    /// <param name="name">The field; may point deeper, as in <c>value/0</c>. Empty: the object itself.</param>
    /// <param name="sentence">Goes on from the field's name.</param>
    public void Wrong(string name, string sentence)
    {
        string pointer = name.Length == 0 ? _path : $"{_path}/{name}";
        Add(ApiError.At(ApiErrors.InvalidInput, $"Invalid Input: {Readable(pointer)} {sentence}", pointer));
    }

    /// <summary>A problem in words that clients know.</summary>
    public void WrongAsKnown(string name, string sentence) => Add(ApiError.At(ApiErrors.InvalidInput, $"Invalid Input: {sentence}", $"{_path}/{name}"));

    /// <summary>Remarks on every field that nobody has asked for: most often it is misspelt.</summary>
    /// <param name="known">Fields that are not asked for, and known all the same.</param>
    public void RemarkOnOthers(params ReadOnlySpan<string> known)
    {
        foreach (JsonProperty property in _object.EnumerateObject())
        {
            if (!_asked.Contains(property.Name) && !known.Contains(property.Name) && _remarks.Count < 20)
            {
                _remarks.Add(ApiError.At(ApiErrors.InvalidInput, $"The field {Readable($"{_path}/{Shown.Text(property.Name)}")} is not known here and was passed over", $"{_path}/{Shown.Text(property.Name)}"));
            }
        }
    }

    private void Add(ApiError problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add(problem);
        }
    }

    private bool TryGet(string name, out JsonElement value)
    {
        _asked.Add(name);
        return _object.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private bool TryGetList(string name, int maxCount, out JsonElement list)
    {
        if (!TryGet(name, out list))
        {
            return false;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            Wrong(name, $"must be a list, not {Kind(list)}");
            return false;
        }

        if (list.GetArrayLength() > maxCount)
        {
            Wrong(name, $"can have at most {maxCount} entries, not {list.GetArrayLength()}");
            return false;
        }

        return true;
    }

    private string? TextOf(JsonElement value, string name, int maxLength, bool allowLineBreaks)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Wrong(name, $"must be a text, not {Kind(value)}");
            return null;
        }

        string text;
        try
        {
            text = value.GetString() ?? string.Empty;
        }
        catch (InvalidOperationException)
        {
            Wrong(name, "is not valid Unicode: it has half of a surrogate pair");
            return null;
        }

        if (text.Length > maxLength)
        {
            Wrong(name, $"'{Shown.Text(text)}' can have at most {maxLength} characters, not {text.Length}");
            return null;
        }

        if (text.Any(c => char.IsControl(c) && !(allowLineBreaks && c is '\n' or '\r' or '\t')))
        {
            Wrong(name, $"'{Shown.Text(text)}' must not have control characters in it");
            return null;
        }

        return text;
    }

    private static string Readable(string pointer)
    {
        string path = pointer.TrimStart('/');
        return path.Length == 0 ? "the body" : string.Concat(path.Split('/').Select((part, i) => int.TryParse(part, out int index) ? $"[{index}]" : i == 0 ? part : $".{part}"));
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };
}
