using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Storage;

/// <summary>The relational model of <c>queue.db</c>: messages that are owed, and to whom. The hot statements of the queue store are written against it by hand.</summary>
public sealed class QueueDb(DbContextOptions<QueueDb> options) : DbContext(options)
{
    public DbSet<QueueDbMessage> Messages => Set<QueueDbMessage>();

    public DbSet<QueueDbDelivery> Deliveries => Set<QueueDbDelivery>();

    public DbSet<LedgerRow> Ledger => Set<LedgerRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<QueueDbMessage>(message =>
        {
            message.HasKey(m => m.Id);
            message.Property(m => m.Id).ValueGeneratedNever();
        });

        modelBuilder.Entity<LedgerRow>().HasKey(l => l.Key);

        modelBuilder.Entity<QueueDbDelivery>(delivery =>
        {
            delivery.HasKey(d => d.Id);
            delivery.Property(d => d.Id).ValueGeneratedNever();
            delivery.HasOne<QueueDbMessage>().WithMany(m => m.Deliveries).HasForeignKey(d => d.MessageId).OnDelete(DeleteBehavior.Restrict);

            // Only what may fall due is in the index that claims read; the domain is in it so that a saturated one is passed over without touching its rows.
            delivery.HasIndex(d => new { d.DueAt, d.Domain }).HasFilter("State = 0").HasDatabaseName("DeliveriesDue");
            delivery.HasIndex(d => d.State).HasFilter("State <> 0").HasDatabaseName("DeliveriesAtRest");

            // An index row ends with the id, so what is addressed to one domain, in one state, is there in the order of a list.
            delivery.HasIndex(d => new { d.AliasDomains, d.State }).HasDatabaseName("DeliveriesOfDomain");

            // Small beside the whole: what a stopped server had in hand, and what it has in hand now.
            delivery.HasIndex(d => d.Claim).HasFilter("Claim <> 0").HasDatabaseName("DeliveriesClaimed");
        });
    }
}
