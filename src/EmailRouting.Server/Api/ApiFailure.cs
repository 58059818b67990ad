namespace EmailRouting.Server.Api;

/// <summary>A request that was not carried out, as an answer.</summary>
internal sealed class ApiFailure(int status, params ApiError[] errors) : IResult
{
    public int Status => status;

    public IReadOnlyList<ApiError> Errors => errors;

    /// <summary>False: the client's library is told not to try again by itself.</summary>
    public bool ShouldRetry { get; init; } = true;

    public TimeSpan? RetryAfter { get; init; }

    // The same in both lists: there are clients that look into one, and clients that look into the other.
    public Envelope<object?> Content => new(null) { Success = false, Errors = errors, Messages = errors };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = status;
        if (!ShouldRetry)
        {
            response.Headers["x-should-retry"] = "false";
        }

        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Envelope.WriteAsync(response, Content, httpContext.RequestAborted);
    }
}
