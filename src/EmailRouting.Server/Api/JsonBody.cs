using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace EmailRouting.Server.Api;

/// <summary>The body of a request: bounded, and JSON or nothing.</summary>
internal static class JsonBody
{
    public const int Small = 1024 * 1024;
    public const int Large = 64 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    /// <summary>An object. Nothing at all, and <c>null</c>, stand for an empty one: there are clients that send no body where they have nothing to say.</summary>
    /// <exception cref="BadRequestException">It is too large, no JSON, or no object.</exception>
    public static async Task<JsonFields> ReadObjectAsync(HttpRequest request, int limit = Small)
    {
        JsonElement json = await ReadAsync(request, limit);
        return json.ValueKind switch
        {
            JsonValueKind.Object => JsonFields.Of(json),
            JsonValueKind.Null or JsonValueKind.Undefined => JsonFields.Of(Nothing),
            _ => throw new BadRequestException(ApiErrors.BadJson("it must be an object")),
        };
    }

    /// <exception cref="BadRequestException">It is too large.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            throw new BadRequestException(ApiErrors.BodyTooLarge(limit));
        }

        // Ours is the limit that holds: the server's own is for those who set none.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = limit;
        }

        using var body = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
            {
                if (body.Length + read > limit)
                {
                    throw new BadRequestException(ApiErrors.BodyTooLarge(limit));
                }

                body.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <returns>Undefined where there is no body.</returns>
    /// <exception cref="BadRequestException">It is too large, or no JSON.</exception>
    private static async Task<JsonElement> ReadAsync(HttpRequest request, int limit)
    {
        ReadOnlyMemory<byte> body = await ReadBytesAsync(request, limit);
        if (body.IsEmpty)
        {
            return default;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new BadRequestException(ApiErrors.BadJson(Where(e)));
        }
    }

    private static string Where(JsonException failure) =>
        failure.LineNumber is { } line ? $"line {line + 1}, octet {failure.BytePositionInLine + 1}" : Shown.Text(failure.Message);
}
