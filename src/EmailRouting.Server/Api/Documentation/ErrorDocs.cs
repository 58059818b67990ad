using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>The errors of an operation: its own, and those that follow from what it takes.</summary>
internal static class ErrorDocs
{
    /// <param name="operation">With errors of its own.</param>
    /// <param name="scope">That it needs; null: none.</param>
    /// <param name="path">As routing has it, such as <c>client/v4/zones/{zone_id}</c>.</param>
    public static IEnumerable<ApiFailure> Of(OperationDoc operation, string? scope, string path)
    {
        yield return ApiErrors.Unauthorized();
        yield return ApiErrors.BadToken();
        yield return ApiErrors.BadAuthorization("X-Auth-Key goes with X-Auth-Email");
        yield return ApiErrors.Limited(TimeSpan.FromSeconds(1), "Too many requests with this token; please slow down");

        if (scope is not null)
        {
            yield return ApiErrors.Forbidden($"this token does not have the scope {scope}");
        }

        if (path.Contains("{zone_id}", StringComparison.Ordinal) || path.Contains("{account_id}", StringComparison.Ordinal))
        {
            yield return ApiErrors.NoSuchObject($"/{PathDocs.Fill(path)}");
        }

        if (operation.Query.Select(Misread).OfType<ApiFailure>().FirstOrDefault() is { } misread)
        {
            yield return misread;
        }

        if (operation.Body is { } body)
        {
            yield return body.IsJson ? ApiErrors.BadJson("line 1, octet 2") : ApiErrors.BadQuery("the file is not UTF-8 text");
            yield return ApiErrors.BodyTooLarge(body.Limit);
        }

        if (operation.TakesIfMatch)
        {
            yield return ApiErrors.HasChanged("It was changed meanwhile: it is at revision 4, not 3. Read it again.");
        }

        foreach (ApiFailure own in operation.Errors)
        {
            yield return own;
        }
    }

    /// <summary>The answer to a value that is not allowed; null where every text is.</summary>
    private static ApiFailure? Misread(QueryDoc parameter) => parameter.Shape() switch
    {
        { Enum.Count: > 0 } word => ApiErrors.BadQuery($"{parameter.Name} 'x' must be one of {string.Join(", ", word.Enum)}"),
        { Type: JsonSchemaType.Boolean } => ApiErrors.BadQuery($"{parameter.Name} 'x' must be one of true, false"),
        { Type: JsonSchemaType.Integer } => ApiErrors.BadQuery($"{parameter.Name} 'x' must be a whole number from 1"),
        { Format: "date-time" } => ApiErrors.BadQuery($"{parameter.Name} 'x' must be a time such as 2026-03-01T12:00:00Z or a date such as 2026-03-01"),
        { Pattern: not null } => ApiErrors.BadQuery($"{parameter.Name} 'x' must be an id of 32 hexadecimal digits"),
        _ => null,
    };
}
