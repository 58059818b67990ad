using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Queue;

/// <summary>The aliases of a delivery in one column: <c>[["alias", NOTIFY or null, "ORCPT" or null], …]</c>.</summary>
public static class AliasList
{
    // The column is never part of a page or a script: only what JSON itself asks for is escaped.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // Kept by the thread: one thread writes all that is stored.
    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _writer;

    public static string Write(ImmutableArray<AliasRecipient> aliases)
    {
        var (buffer, json) = _writer ??= (new ArrayBufferWriter<byte>(), new Utf8JsonWriter(Stream.Null, Compact));
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartArray();
        foreach (AliasRecipient alias in aliases)
        {
            json.WriteStartArray();
            json.WriteStringValue(alias.Alias.Text);
            if (alias.Parameters.Notify is { } notify)
            {
                json.WriteNumberValue((int)notify);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteStringValue(alias.Parameters.OriginalRecipient);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <exception cref="InvalidDataException">The column holds something that <see cref="Write"/> never wrote.</exception>
    public static ImmutableArray<AliasRecipient> Read(string column)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(column);
            return [.. json.RootElement.EnumerateArray().Select(ReadAlias)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("The aliases of a queued delivery are unreadable.", e);
        }
    }

    /// <exception cref="InvalidDataException">It is no address.</exception>
    public static EmailAddress ReadAddress(string text) =>
        text == EmailAddress.Postmaster.Text ? EmailAddress.Postmaster
        : EmailAddress.TryParse(text, out EmailAddress? address) ? address
        : throw new InvalidDataException("An address in the queue is unreadable.");

    private static AliasRecipient ReadAlias(JsonElement alias)
    {
        DsnNotify? notify = alias[1].ValueKind == JsonValueKind.Null ? null : (DsnNotify)alias[1].GetInt32();
        string? originalRecipient = alias[2].GetString();
        return new AliasRecipient(
            ReadAddress(alias[0].GetString() ?? string.Empty),
            notify is null && originalRecipient is null
                ? RcptParameters.None
                : new RcptParameters { Notify = notify, OriginalRecipient = originalRecipient });
    }
}
