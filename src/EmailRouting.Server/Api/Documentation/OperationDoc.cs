namespace EmailRouting.Server.Api.Documentation;

/// <summary>What the OpenAPI document says of one endpoint. It is metadata of our own, not <c>Accepts</c>: that would have routing answer 415 to a body without a Content-Type.</summary>
/// <param name="Name">The operation id.</param>
/// <param name="Tag">One of <see cref="ApiTag"/>.</param>
/// <param name="Summary">A few words.</param>
/// <param name="Description">What a newcomer needs to know, in Markdown.</param>
/// <param name="Answer">To a request that was carried out.</param>
internal sealed record OperationDoc(string Name, string Tag, string Summary, string Description, AnswerDoc Answer)
{
    public IReadOnlyList<QueryDoc> Query { get; init; } = [];

    /// <summary>Null: it takes none.</summary>
    public BodyDoc? Body { get; init; }

    /// <summary>Errors of its own; <see cref="ErrorDocs"/> adds those that go with its scope, its path, its query and its body.</summary>
    public IReadOnlyList<ApiFailure> Errors { get; init; } = [];

    /// <summary>The result may be null though the request was carried out.</summary>
    public bool MayBeNothing { get; init; }

    /// <summary>The answer has an <c>ETag</c>.</summary>
    public bool HasRevision { get; init; }

    /// <summary><c>If-Match</c> is heeded.</summary>
    public bool TakesIfMatch { get; init; }
}

/// <summary>Documents endpoints.</summary>
internal static class EndpointDocumentation
{
    public static RouteHandlerBuilder Documented(this RouteHandlerBuilder endpoint, OperationDoc operation) => endpoint
        .WithName(operation.Name)
        .WithTags(operation.Tag)
        .WithSummary(operation.Summary)
        .WithDescription(operation.Description)
        .WithMetadata(operation)
        .Produces(StatusCodes.Status200OK, operation.Answer.Type, operation.Answer.MediaType);
}
