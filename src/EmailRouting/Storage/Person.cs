using Microsoft.AspNetCore.Identity;

namespace EmailRouting.Storage;

/// <summary>Somebody who signs in to the dashboard, known by an e-mail address.</summary>
public sealed class Person : IdentityUser<Guid>
{
    public PersonRole Role { get; set; }

    /// <summary>Ids of domains, separated by blanks: all that a member or viewer sees. Owners and admins see all.</summary>
    public string Domains { get; set; } = string.Empty;

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: not yet.</summary>
    public DateTimeOffset? SignedInAt { get; set; }
}
