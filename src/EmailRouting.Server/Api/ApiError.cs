using System.Text.Json.Serialization;

namespace EmailRouting.Server.Api;

/// <summary>One reason why a request was not carried out.</summary>
/// <remarks>All codes stand in <see cref="ApiErrors"/>.</remarks>
/// <param name="Code">For programs; from 1000.</param>
/// <param name="Message">For people: what, where, and what is allowed.</param>
internal sealed record ApiError(int Code, string Message)
{
    /// <summary>Which part of the body, where it is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorSource? Source { get; init; }

    public static ApiError At(int code, string message, string pointer) => new(code, message) { Source = new ErrorSource(pointer) };
}

/// <param name="Pointer">RFC 6901, into the body of the request.</param>
internal sealed record ErrorSource(string Pointer);
