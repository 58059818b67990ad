using System.Collections.Immutable;
using System.Text.Json;
using EmailRouting.Policy;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules.Transfer;

/// <summary>Writes domains, destinations and rules as one document. Keys to the API are not in it: they are secrets, and stay where they were made.</summary>
public sealed class Exporter(IDbContextFactory<RulesDb> databases, TimeProvider clock)
{
    /// <param name="domains">Only these, and nothing that belongs to none; null: everything.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<TransferDocument> ExportAsync(IReadOnlyCollection<Guid>? domains, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);

        List<Domain> zones = await db.Domains.AsNoTracking().Include(d => d.Contact).OrderBy(d => d.Name).ToListAsync(cancellation);
        ILookup<Guid?, ListedSender> listed = (await db.ListedSenders.AsNoTracking().OrderBy(l => l.Kind).ThenBy(l => l.Value).ToListAsync(cancellation)).ToLookup(l => l.DomainId);
        var exported = ImmutableArray.CreateBuilder<TransferZone>();
        var used = new HashSet<Guid>();
        foreach (Domain zone in zones.Where(zone => domains is null || domains.Contains(zone.Id)))
        {
            List<Rule> rules = await db.Rules.AsNoTracking().Include(r => r.Domain).Include(r => r.Fallback).Include(r => r.Targets).ThenInclude(t => t.Destination)
                .Where(r => r.DomainId == zone.Id).OrderBy(r => r.Id).AsSplitQuery().ToListAsync(cancellation);
            used.UnionWith(rules.SelectMany(rule => rule.Targets.Select(target => target.DestinationId).Append(rule.FallbackId)).OfType<Guid>());
            exported.Add(new TransferZone
            {
                Name = zone.Name,
                Enabled = zone.Enabled,
                SupportSubaddress = zone.SubAddressing,
                SkipWizard = zone.SkipWizard,
                Profile = zone.Profile.Text(),
                Contact = zone.Contact?.Address,
                Policy = PolicyChange.To(InboundPolicy.FromText(zone.Policy)),
                Senders = Senders(listed[zone.Id]),
                Rules = [.. rules.Select(RuleRecord.Of)],
            });
        }

        // After the rules: one that was made meanwhile may name a destination that was, too.
        List<Destination> destinations = await db.Destinations.AsNoTracking().OrderBy(d => d.Id).ToListAsync(cancellation);
        string? contact = await db.Settings.Where(s => s.Name == Setting.Contact).Select(s => s.Value).SingleOrDefaultAsync(cancellation);
        return new TransferDocument
        {
            Format = TransferDocument.OwnFormat,
            Version = TransferDocument.CurrentVersion,
            ExportedAt = clock.GetUtcNow(),
            Contact = domains is null && Guid.TryParse(contact, out Guid id) ? destinations.Find(d => d.Id == id)?.Address : null,
            OwnedDomains = domains is null ? [.. await db.OwnedDomains.OrderBy(d => d.Name).Select(d => d.Name).ToListAsync(cancellation)] : [],
            Addresses = [.. destinations.Where(d => domains is null || used.Contains(d.Id)).Select(d => new TransferAddress { Email = d.Address, Verified = d.VerifiedAt })],
            Zones = exported.ToImmutable(),
            Senders = domains is null ? Senders(listed[null]) : null,
        };
    }

    private static List<TransferSender>? Senders(IEnumerable<ListedSender> listed)
    {
        List<TransferSender> senders = [.. listed.Select(l => new TransferSender { Entry = l.Value, Allowed = l.IsAllowed, Note = l.Note })];
        return senders.Count > 0 ? senders : null;
    }

    public static string ToJson(TransferDocument document) => JsonSerializer.Serialize(document, TransferJson.Default.TransferDocument);
}
