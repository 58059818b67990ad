namespace EmailRouting.Server.Api;

/// <summary>A request that was carried out, as an answer: always 200, whatever was made or removed.</summary>
internal sealed class ApiSuccess<T>(T result) : IResult
{
    public object? ResultInfo { get; init; }

    public IReadOnlyList<ApiError> Messages { get; init; } = [];

    /// <summary>Of what is returned: to be sent back in If-Match by who changes it. Null where there is none.</summary>
    public int? Revision { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Revision is { } revision)
        {
            httpContext.Response.Headers.ETag = EntityTag.Of(revision);
        }

        return Envelope.WriteAsync(httpContext.Response, new Envelope<T>(result) { ResultInfo = ResultInfo, Messages = Messages }, httpContext.RequestAborted);
    }
}

/// <summary>The answers of handlers.</summary>
internal static class Answer
{
    public static ApiSuccess<T> Ok<T>(T result) => new(result);

    public static ApiSuccess<IReadOnlyList<T>> Page<T>(IReadOnlyList<T> items, Paging paging, int total) =>
        new(items) { ResultInfo = new PageFacts(paging.Page, paging.PerPage, items.Count, total, (total + paging.PerPage - 1) / paging.PerPage) };
}

/// <summary><c>result_info</c> of a list in pages.</summary>
internal sealed record PageFacts(int Page, int PerPage, int Count, int TotalCount, int TotalPages);
