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
    /// <summary>Notes kept for processes that hold the rules; one that is further behind reads everything.</summary>
    private const int KeptChanges = 10_000;

    private async Task<Edit> EditAsync(Func<RulesDb, Task<Edit>> edit, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);

        // Begins as a writer, so that what an edit has checked still holds when it commits.
        await using (IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            Edit result = await edit(db);
            if (result is Edit.Refused)
            {
                return result;
            }

            await db.SaveChangesAsync(cancellation);
            long last = await db.RuleChanges.MaxAsync(c => (long?)c.Sequence, cancellation) ?? 0;
            await db.RuleChanges.Where(c => c.Sequence <= last - KeptChanges).ExecuteDeleteAsync(cancellation);
            await transaction.CommitAsync(cancellation);

            // What is committed is put in force, whether or not somebody still waits for it.
            await committed(CancellationToken.None);
            return result;
        }
    }

    private static void Note(RulesDb db, Guid? domain, string? localKey) => db.RuleChanges.Add(new RuleChange { DomainId = domain, LocalKey = localKey });

    private static void Note(RulesDb db, Rule rule) => Note(db, rule.DomainId, rule.Kind == RuleKind.CatchAll ? null : rule.LocalKey);

    private static Edit.Refused Invalid(string sentence) => new(RefusalReason.Invalid, sentence);

    private static Edit.Refused NotFound(string what) => new(RefusalReason.NotFound, $"There is no {what}.");

    private static Edit.Refused Duplicate(string what) => new(RefusalReason.Duplicate, $"There is already {what}.");

    private static string Quoted(string value) => $"'{Printable.Line(value)}'";
}
