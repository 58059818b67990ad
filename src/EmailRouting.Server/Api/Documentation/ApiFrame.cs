using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>What the document says before its first operation.</summary>
internal sealed class ApiFrame : IOpenApiDocumentTransformer
{
    /// <summary>Security schemes that are used alone.</summary>
    public static readonly string[] Bearer = ["bearer"];

    /// <summary>Security schemes that go together.</summary>
    public static readonly string[] Key = ["email", "key"];

    /// <summary>The schema of all failures.</summary>
    public const string Failure = "Failure";

    private const string Introduction = $$"""
        Manages domains, the inboxes that their mail goes to, and the rules between the two. It speaks the language of Cloudflare's Email Routing API: its SDKs, Terraform provider and
        scripts work with another base URL. What this server can do beyond that stands beside it.

        **Begin** with a token, made on the server's command line: `token create --name first`. Send it as `Authorization: Bearer TOKEN`; `X-Auth-Email` (anything) with `X-Auth-Key`
        (the token) does as well. `GET /client/v4/user/tokens/verify` says whether it works. Then: add a domain, add an address, create a rule, ask `explain`.

        **Answers** are JSON in one envelope, also for paths that do not exist: `success`, `result`, `errors`, `messages`, and `result_info` for lists. What was carried out is always a 200.
        `messages` of a success are remarks, such as a field that is not known. Ids are 32 hexadecimal digits, times are RFC 3339 in UTC. In a request `null` is the same as leaving a
        field out, unless it says otherwise.

        **Errors** have a `code` for programs and a `message` for people, and where it is about the body a `source.pointer` (RFC 6901). All problems of a body are told at once.

        **Lists** come in pages: `page` and `per_page`, at most 1000. A page past the end is empty, so a client may ask until it gets nothing; `result_info.total_pages` says how many there are.
        Lists that grow while they are read go on from a `cursor` instead.

        **Two at once.** What can be changed by several has an `ETag`; sent back in `If-Match` it makes a change only if nobody else has made one since, else 412.

        **Limits.** Each token has a bucket of requests that refills by the second (`Api:RequestsPerMinute`); beyond it the answer is 429 with `Retry-After`. An address from which too many wrong tokens came waits a minute.
        """;

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "EmailRouting", Version = typeof(ApiFrame).Assembly.GetName().Version?.ToString(3), Description = Introduction };

        // This server, by whatever name it was reached.
        document.Servers = [new OpenApiServer { Url = "/", Description = "This server" }];
        document.Tags = ApiTag.All.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer[0]] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of this server." },
            [Key[0]] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Auth-Email", Description = "Any address; it goes with `X-Auth-Key`." },
            [Key[1]] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Auth-Key", Description = "A token of this server." },
        };
        document.AddComponent<IOpenApiSchema>(Failure, FailureSchema(document));

        // By chapter, and in it from the short paths to the long.
        string[] tags = [.. ApiTag.All.Select(tag => tag.Name)];
        var paths = new OpenApiPaths();
        foreach ((string path, IOpenApiPathItem item) in document.Paths.OrderBy(pair => Chapter(pair.Value, tags)).ThenBy(pair => pair.Key.Length).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            paths.Add(path, item);
        }

        document.Paths = paths;
        return Task.CompletedTask;
    }

    private static int Chapter(IOpenApiPathItem path, string[] tags) =>
        path.Operations?.Values.SelectMany(operation => operation.Tags ?? new HashSet<OpenApiTagReference>()).Select(tag => Array.IndexOf(tags, tag.Name)).DefaultIfEmpty(int.MaxValue).Min() ?? int.MaxValue;

    private static OpenApiSchema FailureSchema(OpenApiDocument document)
    {
        OpenApiSchema Errors() => new() { Type = JsonSchemaType.Array, MinItems = 1, Items = new OpenApiSchemaReference(nameof(ApiError), document) };
        OpenApiSchema schema = Shape.Object(
            Field.Required("result", "Nothing.", new OpenApiSchema { Type = JsonSchemaType.Null }),
            Field.Required("success", "It was not carried out.", Shape.Flag()),
            Field.Required("errors", "Why: `code` for programs, `message` for people, `source.pointer` where in the body.", Errors()),
            Field.Required("messages", "The same once more: some clients look here.", Errors()));
        schema.Description = "A request that was not carried out.";
        return schema;
    }
}
