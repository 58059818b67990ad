using EmailRouting.Policy;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EmailRouting.Rules;

/// <summary>Every edit of domains, destinations and rules. What an invariant forbids is refused in words; what is done is durable and soon in force.</summary>
/// <param name="databases">The rules.</param>
/// <param name="loader">For the check of chains.</param>
/// <param name="clock">Dates what is made.</param>
/// <param name="committed">Called after each edit: where the rules are held in this process, they are refreshed before the edit returns.</param>
public sealed partial class RuleBook(IDbContextFactory<RulesDb> databases, RuleLoader loader, TimeProvider clock, Func<CancellationToken, Task> committed)
{
    private const int MaxActor = 200;
    private string _actor = "command line";

    /// <summary>The same book in the hands of somebody else: the history names who made an edit.</summary>
    /// <param name="actor">Such as <c>token deploy</c>.</param>
    public RuleBook As(string actor) => new(databases, loader, clock, committed) { _actor = Printable.Line(actor.Length > MaxActor ? actor[..MaxActor] : actor), DefaultPolicy = DefaultPolicy };

    /// <summary>The same book, in which a domain that is added begins with another policy.</summary>
    public RuleBook With(PolicyPreset policy) => new(databases, loader, clock, committed) { _actor = _actor, DefaultPolicy = policy };

    /// <summary>Null where rules may be pointed at it; else why not, as a sentence.</summary>
    /// <param name="address">That a rule is to be pointed at.</param>
    /// <param name="destination">What is known of it.</param>
    internal static string? NotVerified(EmailAddress address, Destination? destination) => destination switch
    {
        null => $"The address {FieldText.Quoted(address.Text)} is not a destination: add it and have it verified first.",
        { VerifiedAt: null } => $"The destination {FieldText.Quoted(destination.Address)} is not verified yet.",
        _ => null,
    };

    private async Task<Edit> EditAsync(Func<RulesDb, RuleJournal, Task<Edit>> edit, CancellationToken cancellation)
    {
        Applied applied = await TransactAsync(async (db, journal) =>
        {
            Edit result = await edit(db, journal);
            return new Applied([result], result is Edit.Done);
        }, cancellation);
        return applied.Results[0];
    }

    /// <param name="edits">Says whether what it has done is to be stored.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    private async Task<Applied> TransactAsync(Func<RulesDb, RuleJournal, Task<Applied>> edits, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);

        // Begins as a writer, so that what an edit has checked still holds when it commits.
        await using (IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            var journal = new RuleJournal(db, _actor, Now());
            Applied result = await edits(db, journal);
            if (!result.IsStored)
            {
                return result;
            }

            await journal.CloseAsync(cancellation);
            await transaction.CommitAsync(cancellation);

            // What is committed is put in force, whether or not somebody still waits for it.
            await committed(CancellationToken.None);
            return result;
        }
    }

    /// <summary>As it is stored (invariant 13), so that what is compared after the next reading is the same.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());

    private static Edit.Refused Invalid(string? field, string sentence) => new(RefusalReason.Invalid, field, sentence);

    private static Edit.Refused NotFound(string what) => new(RefusalReason.NotFound, null, $"There is no {what}.");

    private static Edit.Refused Duplicate(string? field, string what) => new(RefusalReason.Duplicate, field, $"There is already {what}.");
}
