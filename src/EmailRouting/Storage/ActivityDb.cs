using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Storage;

/// <summary>What happened to each message. Written in batches by the activity log; read by whoever wants to know.</summary>
public sealed class ActivityDb(DbContextOptions<ActivityDb> options) : DbContext(options)
{
    public DbSet<MessageRow> Messages => Set<MessageRow>();

    public DbSet<RecipientRow> Recipients => Set<RecipientRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<Guid>().HaveConversion<HexGuid>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        // Ids grow with time, so the key is the order of time too: no other index is needed to list the newest or to purge the oldest.
        modelBuilder.Entity<MessageRow>().Property(m => m.Id).ValueGeneratedNever();
        modelBuilder.Entity<RecipientRow>(recipient =>
        {
            recipient.HasKey(r => new { r.MessageId, r.Position });
            recipient.HasIndex(r => new { r.Alias, r.MessageId });
        });
        modelBuilder.Entity<AttemptRow>(attempt => attempt.HasIndex(a => a.MessageId));
    }
}
