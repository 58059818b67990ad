using System.Globalization;

namespace EmailRouting.Server.Api;

/// <summary>Optimistic concurrency (RFC 9110 §8.8.3, §13.1.1): a tag is the revision of what was read.</summary>
internal static class EntityTag
{
    public static string Of(int revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <param name="request">With or without <c>If-Match</c>.</param>
    /// <param name="revision">Null where the client does not ask: without the header, or with <c>*</c>.</param>
    /// <returns>The answer to a header that is no tag of ours; null where it is one, or absent.</returns>
    public static ApiFailure? TryReadIfMatch(HttpRequest request, out int? revision)
    {
        revision = null;
        string text = request.Headers.IfMatch.ToString().Trim();
        if (text.Length == 0 || text == "*")
        {
            return null;
        }

        ReadOnlySpan<char> tag = text.StartsWith("W/", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        if (tag.Length > 2 && tag[0] == '"' && tag[^1] == '"' && int.TryParse(tag[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int parsed))
        {
            revision = parsed;
            return null;
        }

        return ApiErrors.HasChanged("If-Match is not an ETag of this server: send the ETag header of the answer with which you read the object, quotes included");
    }
}
