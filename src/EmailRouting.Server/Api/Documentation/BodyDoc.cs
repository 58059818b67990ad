using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>What an endpoint takes as its body.</summary>
/// <param name="Shape">Made when the document is made, and not before.</param>
/// <param name="Examples">Each is accepted as it stands by a server that has what it names.</param>
internal sealed record BodyDoc(Func<OpenApiSchema> Shape, params BodyExample[] Examples)
{
    private const string Json = "application/json";

    /// <summary>In which the examples are written. It is not insisted upon.</summary>
    public string MediaType { get; init; } = Json;

    public bool IsJson => MediaType == Json;

    /// <summary>Without one the endpoint does what it says by itself.</summary>
    public bool IsOptional { get; init; }

    /// <summary>In octets.</summary>
    public int Limit { get; init; } = JsonBody.Small;
}

/// <param name="Title">What it is good for.</param>
/// <param name="Text">As a person writes it.</param>
internal sealed record BodyExample(string Title, string Text);
