using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace EmailRouting.Storage;

/// <summary>How every instant is stored: UTC milliseconds (invariant 13). SQLite has no type for an instant that sorts.</summary>
public sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    instant => instant.ToUnixTimeMilliseconds(),
    milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
