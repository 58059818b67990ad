namespace EmailRouting.Server.Api;

/// <summary>Every error that the API answers with. Codes and texts up to 10000 are those that clients of Cloudflare's API know.</summary>
internal static class ApiErrors
{
    public const int InvalidToken = 1000;
    public const int InvalidInput = 2007;
    public const int DuplicateRule = 2014;
    public const int InvalidRuleOperation = 2020;
    public const int NotVerified = 2054;
    public const int UnknownDomain = 2062;
    public const int InvalidHeaders = 6003;
    public const int MalformedJson = 6007;
    public const int InvalidAuthorization = 6111;
    public const int NoRoute = 7000;
    public const int MethodNotAllowed = 7001;
    public const int UnknownObject = 7003;
    public const int Authentication = 10000;

    // Ours.
    public const int NotFound = 10404;
    public const int Conflict = 10409;
    public const int Stale = 10412;
    public const int TooLarge = 10413;
    public const int TooManyRequests = 10429;
    public const int Internal = 10500;
    public const int Unavailable = 10503;

    public static ApiFailure Unauthorized() => new(StatusCodes.Status401Unauthorized, new ApiError(Authentication, "Authentication error: send Authorization: Bearer TOKEN, or X-Auth-Email and X-Auth-Key"));

    public static ApiFailure BadToken() => new(StatusCodes.Status401Unauthorized, new ApiError(InvalidToken, "Invalid API Token"));

    public static ApiFailure BadAuthorization(string what) =>
        new(StatusCodes.Status400BadRequest, new ApiError(InvalidHeaders, "Invalid request headers"), new ApiError(InvalidAuthorization, what));

    /// <param name="why">What is missing.</param>
    public static ApiFailure Forbidden(string why) => new(StatusCodes.Status403Forbidden, new ApiError(Authentication, $"Authentication error: {why}"));

    public static ApiFailure NoSuchRoute() => new(StatusCodes.Status404NotFound, new ApiError(NoRoute, "No route for that URI"));

    public static ApiFailure WrongMethod(string method) => new(StatusCodes.Status405MethodNotAllowed, new ApiError(MethodNotAllowed, $"Method {method} not available for that URI."));

    /// <summary>The path is one of ours, and names something that is not there.</summary>
    public static ApiFailure NoSuchObject(PathString path) => new(
        StatusCodes.Status404NotFound,
        new ApiError(UnknownObject, $"Could not route to {path}, perhaps your object identifier is invalid?"),
        new ApiError(NoRoute, "No route for that URI"));

    /// <param name="what">Such as <c>rule</c>.</param>
    public static ApiFailure Missing(string what) => new(StatusCodes.Status404NotFound, new ApiError(NotFound, $"There is no such {what}"));

    public static ApiFailure Invalid(string detail) => new(StatusCodes.Status422UnprocessableEntity, new ApiError(InvalidInput, $"Invalid Input: {detail}"));

    public static ApiFailure Invalid(IReadOnlyList<ApiError> problems) => new(StatusCodes.Status422UnprocessableEntity, [.. problems]);

    public static ApiFailure BadQuery(string detail) => new(StatusCodes.Status400BadRequest, new ApiError(InvalidInput, $"Invalid Input: {detail}"));

    public static ApiFailure BadJson(string detail) => new(StatusCodes.Status400BadRequest, new ApiError(MalformedJson, $"Malformed JSON in request body: {detail}"));

    public static ApiFailure BodyTooLarge(long limit) => new(StatusCodes.Status413PayloadTooLarge, new ApiError(TooLarge, $"The request body must be at most {limit} octets"));

    /// <summary>Clients retry a 409 unless they are told not to: it would be refused again.</summary>
    public static ApiFailure Conflicts(int code, string message) => new(StatusCodes.Status409Conflict, new ApiError(code, message)) { ShouldRetry = false };

    public static ApiFailure HasChanged(string sentence) => new(StatusCodes.Status412PreconditionFailed, new ApiError(Stale, sentence));

    public static ApiFailure Limited(TimeSpan wait, string why) =>
        new(StatusCodes.Status429TooManyRequests, new ApiError(TooManyRequests, why)) { RetryAfter = wait };

    public static ApiFailure Unexpected() => new(StatusCodes.Status500InternalServerError, new ApiError(Internal, "Something went wrong here; the server's log has it"));

    public static ApiFailure NotNow(string why) => new(StatusCodes.Status503ServiceUnavailable, new ApiError(Unavailable, why));
}
