using EmailRouting.Rules;

namespace EmailRouting.Server.Api;

/// <summary>The one place where a refused edit becomes an answer.</summary>
internal static class EditAnswer
{
    /// <param name="refused">Why.</param>
    /// <param name="duplicate">The code for "there is one already".</param>
    public static ApiFailure ToFailure(this Edit.Refused refused, int duplicate = ApiErrors.Conflict) => refused.Reason switch
    {
        RefusalReason.Invalid or RefusalReason.Loop => ApiErrors.Invalid(refused.Sentence),
        RefusalReason.NotFound => new ApiFailure(StatusCodes.Status404NotFound, new ApiError(ApiErrors.NotFound, refused.Sentence)),
        RefusalReason.Duplicate => ApiErrors.Conflicts(duplicate, refused.Sentence),
        RefusalReason.Unverified => new ApiFailure(StatusCodes.Status400BadRequest, new ApiError(ApiErrors.NotVerified, $"Destination address is not verified: {refused.Sentence}")),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
