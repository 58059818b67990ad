using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Storage;

/// <summary>What the operator has decided: domains, inboxes, rules, tokens, people. Read it freely; edits go through the class that keeps the invariant.</summary>
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

    public DbSet<ListedSender> ListedSenders => Set<ListedSender>();

    public DbSet<Setting> Settings => Set<Setting>();

    public DbSet<Person> People => Set<Person>();

    public DbSet<SignInSession> Sessions => Set<SignInSession>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<Guid>().HaveConversion<HexGuid>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        CreatePeople(modelBuilder);
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
        modelBuilder.Entity<ListedSender>(listed =>
        {
            listed.Property(l => l.Id).ValueGeneratedNever();
            listed.HasIndex(l => new { l.DomainId, l.Kind, l.Value }).IsUnique();
            listed.HasOne(l => l.Domain).WithMany().HasForeignKey(l => l.DomainId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<Setting>().HasKey(s => s.Name);
    }

    /// <summary>The tables of ASP.NET Core Identity. Written out: the base class of its own asks the service provider which of them there are.</summary>
    private static void CreatePeople(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Person>(person =>
        {
            person.ToTable("People");
            person.Property(p => p.Id).ValueGeneratedNever();
            person.HasIndex(p => p.NormalizedUserName).IsUnique();
            person.HasIndex(p => p.NormalizedEmail);
            person.Property(p => p.ConcurrencyStamp).IsConcurrencyToken();
            person.HasMany<IdentityUserClaim<Guid>>().WithOne().HasForeignKey(c => c.UserId);
            person.HasMany<IdentityUserLogin<Guid>>().WithOne().HasForeignKey(l => l.UserId);
            person.HasMany<IdentityUserToken<Guid>>().WithOne().HasForeignKey(t => t.UserId);
            person.HasMany<IdentityUserPasskey<Guid>>().WithOne().HasForeignKey(k => k.UserId);
            person.HasMany<SignInSession>().WithOne().HasForeignKey(s => s.PersonId);
        });
        modelBuilder.Entity<IdentityUserClaim<Guid>>().ToTable("PersonClaims").HasKey(c => c.Id);
        modelBuilder.Entity<IdentityUserLogin<Guid>>().ToTable("PersonLogins").HasKey(l => new { l.LoginProvider, l.ProviderKey });
        modelBuilder.Entity<IdentityUserToken<Guid>>().ToTable("PersonTokens").HasKey(t => new { t.UserId, t.LoginProvider, t.Name });
        modelBuilder.Entity<IdentityUserPasskey<Guid>>(passkey =>
        {
            passkey.ToTable("PersonPasskeys");
            passkey.HasKey(k => k.CredentialId);
            passkey.OwnsOne(k => k.Data).ToJson();
        });
        modelBuilder.Entity<SignInSession>(session =>
        {
            session.ToTable("PersonSessions");
            session.Property(s => s.Id).ValueGeneratedNever();
            session.HasIndex(s => s.Digest).IsUnique();
        });
    }
}
