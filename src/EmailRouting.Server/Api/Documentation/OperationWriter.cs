using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>From an endpoint's <see cref="OperationDoc"/> and what it <see cref="Needs"/> to its operation in the document.</summary>
internal sealed class OperationWriter : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<OperationDoc>().LastOrDefault() is not { } documented || context.Document is not { } document)
        {
            return;
        }

        string path = context.Description.RelativePath?.TrimEnd('/') ?? string.Empty;
        string? scope = metadata.OfType<Needs>().LastOrDefault()?.Scope;
        operation.Description = $"{documented.Description}\n\n**Scope:** {(scope is null ? "none, any valid token will do" : $"`{scope}`")}.";
        operation.Security = [Security(document, ApiFrame.Bearer, scope), Security(document, ApiFrame.Key, scope)];
        operation.Parameters = [.. Parameters(documented, path)];
        operation.RequestBody = documented.Body is { } body ? Body(body) : null;
        Answer(operation, documented);
        await AnswerFieldsAsync(operation, documented, document, context, cancellationToken);
        foreach (IGrouping<int, ApiFailure> failures in ErrorDocs.Of(documented, scope, path).GroupBy(failure => failure.Status).OrderBy(group => group.Key))
        {
            operation.Responses![failures.Key.ToString(CultureInfo.InvariantCulture)] = Response(failures, document);
        }
    }

    // OpenAPI 3.1 lets any scheme name what it takes, not OAuth alone.
    private static OpenApiSecurityRequirement Security(OpenApiDocument document, string[] schemes, string? scope)
    {
        var requirement = new OpenApiSecurityRequirement();
        foreach (string scheme in schemes)
        {
            requirement.Add(new OpenApiSecuritySchemeReference(scheme, document), scope is null ? [] : [scope]);
        }

        return requirement;
    }

    private static IEnumerable<IOpenApiParameter> Parameters(OperationDoc operation, string path)
    {
        foreach (OpenApiParameter parameter in PathDocs.Of(path))
        {
            yield return parameter;
        }

        foreach (QueryDoc query in operation.Query)
        {
            yield return new OpenApiParameter { Name = query.Name, In = ParameterLocation.Query, Description = query.Description, Schema = query.Shape() };
        }

        if (operation.TakesIfMatch)
        {
            yield return new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Description = "The `ETag` with which you have read it: where it has been changed since, nothing is done and the answer is 412.",
                Schema = Shape.Text(),
                Example = "\"3\"",
            };
        }
    }

    private static OpenApiRequestBody Body(BodyDoc body) => new()
    {
        Required = !body.IsOptional,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [body.MediaType] = new OpenApiMediaType
            {
                Schema = body.Shape(),
                Examples = body.Examples.Select((example, i) => (Name: $"{i + 1}", example)).ToDictionary(
                    pair => pair.Name,
                    pair => (IOpenApiExample)new OpenApiExample { Summary = pair.example.Title, Value = body.IsJson ? JsonNode.Parse(pair.example.Text) : JsonValue.Create(pair.example.Text) }),
            },
        },
    };

    private static void Answer(OpenApiOperation operation, OperationDoc documented)
    {
        if (operation.Responses?["200"] is not OpenApiResponse { Content: { } content } response)
        {
            return;
        }

        response.Description = "It was carried out.";
        content[documented.Answer.MediaType].Example = documented.Answer.ToJson();

        if (documented.HasRevision)
        {
            response.Headers = Header("ETag", "The revision of what is returned, for `If-Match`.", "\"3\"");
        }
    }

    /// <summary>What the type of the envelope leaves open: whether there is a result, and what stands in <c>result_info</c>.</summary>
    private static async Task AnswerFieldsAsync(
        OpenApiOperation operation, OperationDoc documented, OpenApiDocument document, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        if (operation.Responses?["200"].Content?[documented.Answer.MediaType].Schema is not OpenApiSchema { Properties: { } fields } || !fields.TryGetValue("result", out IOpenApiSchema? result))
        {
            return;
        }

        fields["result"] = documented.MayBeNothing ? result : AnswerSchemas.NotNull(result);
        fields.Remove("result_info");
        if (documented.Answer.InfoType is { } info)
        {
            fields["result_info"] = await ReferenceAsync(document, info, context, cancellation);
        }
    }

    private static async Task<IOpenApiSchema> ReferenceAsync(OpenApiDocument document, Type type, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
        {
            document.AddComponent<IOpenApiSchema>(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
        }

        return new OpenApiSchemaReference(type.Name, document);
    }

    private static OpenApiResponse Response(IGrouping<int, ApiFailure> failures, OpenApiDocument document)
    {
        var examples = new Dictionary<string, IOpenApiExample>();
        foreach (ApiFailure failure in failures)
        {
            string code = failure.Errors[0].Code.ToString(CultureInfo.InvariantCulture);
            string name = examples.ContainsKey(code) ? $"{code}-{examples.Count + 1}" : code;
            examples[name] = new OpenApiExample
            {
                Summary = $"{code}: {failure.Errors[0].Message}",
                Value = JsonSerializer.SerializeToNode(failure.Content, Envelope.Json),
            };
        }

        var response = new OpenApiResponse
        {
            Description = $"{Words(failures.Key)} Code {string.Join(", ", failures.Select(failure => failure.Errors[0].Code).Distinct())}.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ApiFrame.Failure, document), Examples = examples },
            },
        };
        response.Headers = failures.Key switch
        {
            StatusCodes.Status429TooManyRequests => Header("Retry-After", "Seconds to wait.", "1"),
            StatusCodes.Status409Conflict => Header("x-should-retry", "Tells client libraries that it would be refused again.", "false"),
            _ => null,
        };
        return response;
    }

    private static Dictionary<string, IOpenApiHeader> Header(string name, string description, string example) =>
        new() { [name] = new OpenApiHeader { Description = description, Schema = Shape.Text(), Example = example } };

    private static string Words(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "It cannot be read, or names what cannot be used yet.",
        StatusCodes.Status401Unauthorized => "No token, or not one that is valid.",
        StatusCodes.Status403Forbidden => "The token may not do this.",
        StatusCodes.Status404NotFound => "There is no such thing.",
        StatusCodes.Status409Conflict => "Something else is in the way.",
        StatusCodes.Status412PreconditionFailed => "It has been changed since you have read it.",
        StatusCodes.Status413PayloadTooLarge => "The body is too large.",
        StatusCodes.Status422UnprocessableEntity => "Something in the body is not allowed.",
        StatusCodes.Status429TooManyRequests => "Too often; wait and try again.",
        StatusCodes.Status503ServiceUnavailable => "Not now; try again.",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
