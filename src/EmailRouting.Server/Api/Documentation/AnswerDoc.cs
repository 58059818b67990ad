using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>What an endpoint answers, with an example that is made of the type that is sent: the two cannot come apart.</summary>
/// <param name="Type">Of what is written.</param>
/// <param name="Example">One of these.</param>
internal sealed record AnswerDoc(Type Type, object Example)
{
    public string MediaType { get; init; } = "application/json";

    /// <summary>Of <c>result_info</c>; null where there is none.</summary>
    public Type? InfoType { get; init; }

    public static AnswerDoc Of<T>(T result) => new(typeof(Envelope<T>), new Envelope<T>(result));

    /// <summary>With a message that is no remark.</summary>
    public static AnswerDoc Of<T>(T result, ApiError message) => new(typeof(Envelope<T>), new Envelope<T>(result) { Messages = [message] });

    /// <summary>A list in pages: the first of them.</summary>
    public static AnswerDoc Page<T>(params T[] items) => List(items, new PageFacts(1, Paging.DefaultPerPage, items.Length, items.Length, 1));

    /// <summary>A list that goes on from a cursor.</summary>
    public static AnswerDoc List<T>(IReadOnlyList<T> items, object info) =>
        new(typeof(Envelope<IReadOnlyList<T>>), new Envelope<IReadOnlyList<T>>(items) { ResultInfo = info }) { InfoType = info.GetType() };

    /// <summary>Not in the envelope.</summary>
    public static AnswerDoc Raw(string mediaType, string text) => new(typeof(string), text) { MediaType = mediaType };

    /// <summary>The example as it is sent.</summary>
    public JsonNode? ToJson() => Example is string text ? JsonValue.Create(text) : JsonSerializer.SerializeToNode(Example, Type, Envelope.Json);
}
