namespace EmailRouting.Activity;

/// <summary>Which of the fields of a <see cref="StatementValue"/> has its value.</summary>
public enum StatementValueKind
{
    Null,
    Number,
    Text,
    Octets,
    Id,
}
