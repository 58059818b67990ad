using EmailRouting.Rules;

namespace EmailRouting.Server.Api;

/// <summary>The one place where a refused edit becomes an answer.</summary>
internal static class EditAnswer
{
    /// <param name="refused">Why.</param>
    /// <param name="duplicate">The code for "there is one already".</param>
    public static ApiFailure ToFailure(this Edit.Refused refused, int duplicate = ApiErrors.Conflict)
    {
        ApiError[] errors = [.. refused.Problems.Select(problem => ToError(problem, duplicate))];
        return refused.Reason switch
        {
            RefusalReason.Invalid or RefusalReason.Loop => new ApiFailure(StatusCodes.Status422UnprocessableEntity, errors),
            RefusalReason.NotFound => new ApiFailure(StatusCodes.Status404NotFound, errors),
            RefusalReason.Duplicate => new ApiFailure(StatusCodes.Status409Conflict, errors) { ShouldRetry = false },
            RefusalReason.Unverified => new ApiFailure(StatusCodes.Status400BadRequest, errors),
            RefusalReason.Stale => new ApiFailure(StatusCodes.Status412PreconditionFailed, errors),
            RefusalReason.TooSoon => new ApiFailure(StatusCodes.Status429TooManyRequests, errors) { RetryAfter = TimeSpan.FromMinutes(1) },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <param name="problem">One of an edit.</param>
    /// <param name="duplicate">The code for "there is one already".</param>
    /// <param name="path">Where in the body the edit stands, such as <c>/create/5</c>.</param>
    public static ApiError ToError(Problem problem, int duplicate, string path = "")
    {
        (int code, string before) = problem.Reason switch
        {
            RefusalReason.Invalid or RefusalReason.Loop => (ApiErrors.InvalidInput, "Invalid Input: "),
            RefusalReason.NotFound => (ApiErrors.NotFound, string.Empty),
            RefusalReason.Duplicate => (duplicate, duplicate == ApiErrors.DuplicateRule ? "Duplicated Zone rule: " : string.Empty),
            RefusalReason.Unverified => (ApiErrors.NotVerified, "Destination address is not verified: "),
            RefusalReason.Stale => (ApiErrors.Stale, string.Empty),
            RefusalReason.TooSoon => (ApiErrors.TooManyRequests, string.Empty),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        string pointer = problem.Field is { } field ? $"{path}/{field}" : path;
        string message = before + problem.Sentence;
        return pointer.Length == 0 ? new ApiError(code, message) : ApiError.At(code, message, pointer);
    }
}
