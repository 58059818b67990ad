using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Storage;

/// <summary>What the operator has decided: domains, inboxes, rules, tokens. Read it freely; edits go through the class that keeps the invariant.</summary>
public sealed class RulesDb(DbContextOptions<RulesDb> options) : DbContext(options)
{
    public DbSet<Domain> Domains => Set<Domain>();

    public DbSet<Destination> Destinations => Set<Destination>();

    public DbSet<Rule> Rules => Set<Rule>();

    public DbSet<RuleTarget> RuleTargets => Set<RuleTarget>();

    public DbSet<RuleChange> RuleChanges => Set<RuleChange>();

    public DbSet<RuleEvent> RuleEvents => Set<RuleEvent>();

    public DbSet<OwnedDomain> OwnedDomains => Set<OwnedDomain>();

    public DbSet<Token> Tokens => Set<Token>();

    public DbSet<Setting> Settings => Set<Setting>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<Guid>().HaveConversion<HexGuid>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Domain>(domain =>
        {
            domain.Property(d => d.Id).ValueGeneratedNever();
            domain.HasIndex(d => d.Name).IsUnique();
            domain.HasOne(d => d.Contact).WithMany().HasForeignKey(d => d.ContactId).OnDelete(DeleteBehavior.SetNull);
        });
        modelBuilder.Entity<Destination>(destination =>
        {
            destination.Property(d => d.Id).ValueGeneratedNever();
            destination.HasIndex(d => d.Key).IsUnique();

            // Few, and looked for every second.
            destination.HasIndex(d => d.AskAt).HasFilter("AskAt IS NOT NULL");
        });
        modelBuilder.Entity<Rule>(rule =>
        {
            rule.Property(r => r.Id).ValueGeneratedNever();
            rule.HasIndex(r => new { r.DomainId, r.Kind, r.LocalKey, r.Senders }).IsUnique();
            rule.HasOne(r => r.Fallback).WithMany().HasForeignKey(r => r.FallbackId).OnDelete(DeleteBehavior.SetNull);
            rule.HasOne(r => r.Domain).WithMany().HasForeignKey(r => r.DomainId).OnDelete(DeleteBehavior.Cascade);
            rule.HasMany(r => r.Targets).WithOne().HasForeignKey(t => t.RuleId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<RuleTarget>(target =>
        {
            target.HasKey(t => new { t.RuleId, t.Position });
            target.HasIndex(t => new { t.DomainId, t.DestinationId });
            target.HasIndex(t => t.DestinationId);
            target.HasIndex(t => t.AliasDomainId);
            target.HasOne(t => t.Destination).WithMany().HasForeignKey(t => t.DestinationId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<RuleChange>().HasKey(c => c.Sequence);
        modelBuilder.Entity<RuleEvent>(change =>
        {
            change.HasKey(e => e.Sequence);
            change.HasIndex(e => new { e.DomainId, e.Sequence });
            change.HasIndex(e => new { e.RuleId, e.Sequence });
        });
        modelBuilder.Entity<OwnedDomain>().HasKey(d => d.Name);
        modelBuilder.Entity<Token>(token =>
        {
            token.Property(t => t.Id).ValueGeneratedNever();
            token.HasIndex(t => t.Digest).IsUnique();
            token.HasIndex(t => t.Name).IsUnique();
        });
        modelBuilder.Entity<Setting>().HasKey(s => s.Name);
    }
}
