using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>This installation, as clients of the API know it: there is one account, and its id is made once.</summary>
internal sealed class Account
{
    public const string Name = "EmailRouting";

    public Guid Id { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Before anything listens.</summary>
    public async Task LoadAsync(IDbContextFactory<RulesDb> databases, TimeProvider clock, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Setting? stored = await db.Settings.SingleOrDefaultAsync(s => s.Name == Setting.Account, cancellation);
        if (stored is null)
        {
            stored = new Setting { Name = Setting.Account, Value = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N") };
            db.Settings.Add(stored);
            await db.SaveChangesAsync(cancellation);
        }

        Id = Guid.ParseExact(stored.Value, "N");

        // A version 7 id begins with the milliseconds of its making (RFC 9562 §5.7).
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(stored.Value[..12], 16));
    }
}
