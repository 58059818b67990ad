namespace EmailRouting.Storage;

/// <summary>What an entry of an allow or block list names. Stored as its number.</summary>
public enum ListedSenderKind
{
    Address = 1,
    Domain = 2,
    Network = 3,
}
