using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace EmailRouting.Storage;

/// <summary>How every id is stored: the 32 hexadecimal digits that people see. Ids are version 7, so this text sorts by their making.</summary>
public sealed class HexGuid() : ValueConverter<Guid, string>(
    id => id.ToString("N"),
    text => Guid.ParseExact(text, "N"));
