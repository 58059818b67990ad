namespace EmailRouting.Storage;

/// <summary>One choice for the whole installation that is made at run time rather than in the configuration.</summary>
public sealed class Setting
{
    /// <summary>The id of the destination that gets what no domain's contact gets, and <c>postmaster</c> without a domain.</summary>
    public const string Contact = "contact";

    /// <summary>The id under which clients of the API know this installation.</summary>
    public const string Account = "account";

    public required string Name { get; init; }

    public required string Value { get; set; }
}
