using System.Globalization;

namespace EmailRouting.Server.Api;

/// <summary>Instants of a query string.</summary>
internal static class QueryInstant
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <returns>Null where the query does not say.</returns>
    /// <exception cref="BadRequestException">It is no instant.</exception>
    public static DateTimeOffset? Of(IQueryCollection query, string name)
    {
        // A plus that nobody has escaped arrives as a space.
        string text = query[name].ToString().Replace(' ', '+');
        return text.Length == 0 ? null
            : DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset instant) ? instant.ToUniversalTime()
            : throw new BadRequestException(ApiErrors.BadQuery($"{name} '{Shown.Text(text)}' must be a time such as 2026-03-01T12:00:00Z or a date such as 2026-03-01"));
    }
}
