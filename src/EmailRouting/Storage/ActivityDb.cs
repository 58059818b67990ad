using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Storage;

/// <summary>What happened to each message. Written in batches by the activity log; read by whoever wants to know.</summary>
public sealed class ActivityDb(DbContextOptions<ActivityDb> options) : DbContext(options)
{
    public DbSet<MessageRow> Messages => Set<MessageRow>();

    public DbSet<RecipientRow> Recipients => Set<RecipientRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    public DbSet<TallyRow> Tallies => Set<TallyRow>();

    public DbSet<RefusalRow> Refusals => Set<RefusalRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<Guid>().HaveConversion<HexGuid>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        // Ids grow with time, so a key that begins with one is in the order of time: no other index is needed to list the newest, to take a stretch of time or to
        // purge the oldest. Indexes on text are kept to one: each entry lands on a page of its own, and at mail rates those pages are what the disk is busy with.
        // What else is searched by goes through the search index.
        modelBuilder.Entity<MessageRow>().Property(m => m.Id).ValueGeneratedNever();
        modelBuilder.Entity<RecipientRow>(recipient =>
        {
            recipient.HasKey(r => new { r.MessageId, r.Position });
            recipient.HasIndex(r => new { r.Domain, r.Alias, r.MessageId, r.Decision });
        });
        modelBuilder.Entity<AttemptRow>().HasKey(a => new { a.MessageId, a.Ordinal });
        modelBuilder.Entity<TallyRow>().HasKey(t => new { t.Seconds, t.Start, t.Domain, t.Status });
        modelBuilder.Entity<RefusalRow>().HasKey(r => new { r.Hour, r.Domain, r.Reason });
    }
}
