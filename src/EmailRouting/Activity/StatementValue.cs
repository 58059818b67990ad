using System.Diagnostics.CodeAnalysis;

namespace EmailRouting.Activity;

/// <summary>What a parameter of a statement is set to. As objects the numbers of one message would be twenty pieces of garbage.</summary>
[SuppressMessage("Usage", "CA2225", Justification = "Values are written as they are where a statement is run, and nothing else is done with this type.")]
public readonly struct StatementValue
{
    private StatementValue(StatementValueKind kind) => Kind = kind;

    public StatementValueKind Kind { get; }

    public long Number { get; private init; }

    public string? Text { get; private init; }

    public ReadOnlyMemory<byte> Octets { get; private init; }

    public Guid Id { get; private init; }

    public static implicit operator StatementValue(long? number) => number is { } value ? new(StatementValueKind.Number) { Number = value } : default;

    public static implicit operator StatementValue(bool flag) => new(StatementValueKind.Number) { Number = flag ? 1 : 0 };

    public static implicit operator StatementValue(string? text) => text is null ? default : new(StatementValueKind.Text) { Text = text };

    public static implicit operator StatementValue(byte[]? octets) => octets is null ? default : new(StatementValueKind.Octets) { Octets = octets };

    public static implicit operator StatementValue(ReadOnlyMemory<byte>? octets) => octets is { } value ? new(StatementValueKind.Octets) { Octets = value } : default;

    /// <summary>Stored as text, 32 digits.</summary>
    public static implicit operator StatementValue(Guid? id) => id is { } value ? new(StatementValueKind.Id) { Id = value } : default;
}
