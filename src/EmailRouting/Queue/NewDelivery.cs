using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>A delivery to be stored with a new message.</summary>
/// <param name="Claim">The row's id, and the token it is born with where there is a lease.</param>
/// <param name="Target">Where to, and for which aliases.</param>
/// <param name="DueAt">When to attempt it next; not looked at where there is a lease.</param>
/// <param name="LeaseUntil">Set where an attempt is under way already, or about to be from memory: the row is born claimed. Null: whoever comes claims it when it is due.</param>
/// <param name="Attempts">Made so far.</param>
/// <param name="LastReply">Of those; null where there were none.</param>
public sealed record NewDelivery(Claim Claim, Target Target, DateTimeOffset DueAt, DateTimeOffset? LeaseUntil, int Attempts, string? LastReply)
{
    /// <summary>Not to be attempted before the operator has released it.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Born claimed, by whoever calls this.</summary>
    public static NewDelivery Claimed(Target target, DateTimeOffset now, DateTimeOffset leaseUntil) => new(Claim.New(now), target, now, leaseUntil, 0, null);

    /// <summary>For whoever claims it when it is due.</summary>
    public static NewDelivery Due(Target target, DateTimeOffset now, DateTimeOffset dueAt) => new(Claim.New(now), target, dueAt, null, 0, null);
}
