namespace EmailRouting.Server.Api;

/// <summary>Words of a query string, of which only some are allowed.</summary>
internal static class QueryWord
{
    /// <exception cref="BadRequestException">It is another word.</exception>
    public static string Of(IQueryCollection query, string name, string fallback, params ReadOnlySpan<string> allowed)
    {
        string text = query[name].ToString();
        return text.Length == 0 ? fallback
            : allowed.Contains(text) ? text
            : throw new BadRequestException(ApiErrors.BadQuery($"{name} '{Shown.Text(text)}' must be one of {string.Join(", ", allowed)}"));
    }

    /// <returns>Null where the query does not say.</returns>
    /// <exception cref="BadRequestException">It is neither true nor false.</exception>
    public static bool? Flag(IQueryCollection query, string name) => Of(query, name, string.Empty, "true", "false") switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    /// <returns>Null where the query does not say.</returns>
    /// <exception cref="BadRequestException">It is no id.</exception>
    public static Guid? Id(IQueryCollection query, string name)
    {
        string text = query[name].ToString();
        return text.Length == 0 ? null
            : Guid.TryParseExact(text, "N", out Guid id) ? id
            : throw new BadRequestException(ApiErrors.BadQuery($"{name} '{Shown.Text(text)}' must be an id of 32 hexadecimal digits"));
    }
}
