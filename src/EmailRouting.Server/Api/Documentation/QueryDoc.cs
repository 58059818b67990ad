using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>A parameter of a query string; none is required.</summary>
internal sealed record QueryDoc(string Name, string Description, Func<OpenApiSchema> Shape)
{
    public static readonly QueryDoc Page = new("page", "Which page, from 1. A page past the end is empty, not an error.", () => Documentation.Shape.Number(1, null, 1));

    public static readonly QueryDoc PerPage = new(
        "per_page",
        $"How many on a page. More than {Paging.MaxPerPage} is cut to that.",
        () => Documentation.Shape.Number(1, null, Paging.DefaultPerPage));

    public static QueryDoc Word(string name, string description, string? unset, params string[] words) => new(name, description, () => Documentation.Shape.Word(unset, words));

    public static QueryDoc Flag(string name, string description) => new(name, description, () => Documentation.Shape.Flag());

    public static QueryDoc Text(string name, string description) => new(name, description, () => Documentation.Shape.Text());

    public static QueryDoc Id(string name, string description) => new(name, description, () => Documentation.Shape.Id());

    public static QueryDoc Instant(string name, string description) => new(name, description, () => Documentation.Shape.Instant());

    public static QueryDoc Direction(string unset, string of) => Word("direction", $"{of}: upwards (`asc`) or downwards (`desc`).", unset, "asc", "desc");
}
