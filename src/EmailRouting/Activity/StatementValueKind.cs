namespace EmailRouting.Activity;

public enum StatementValueKind
{
    Null,
    Number,
    Text,
    Octets,
    Id,
}
