using System.Collections.Immutable;
using EmailRouting.Policy;
using EmailRouting.Rules.Transfer;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    /// <summary>
    /// Brings a document in: domains and destinations that are not there are added, rules are added or replaced, nothing is removed. All of it is stored or nothing is; only
    /// rules that wait for the owner of a destination are left out and named.
    /// </summary>
    /// <param name="document">From an export, or read from elsewhere.</param>
    /// <param name="isVouched">Whoever imports vouches for the destinations: none of their owners is asked.</param>
    /// <param name="dryRun">Only says what would change.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public async Task<ImportReport> ImportAsync(TransferDocument document, bool isVouched, bool dryRun, CancellationToken cancellation)
    {
        var import = new ImportTally();
        await TransactAsync(
            async (db, journal) =>
            {
                await ImportDomainsAsync(db, journal, document, import, cancellation);
                await ImportDestinationsAsync(db, journal, document, isVouched, import, cancellation);
                await ImportRulesAsync(db, journal, document, import, cancellation);
                await ImportContactsAsync(db, journal, document, import, cancellation);
                import.IsStored = !dryRun && import.Problems.Count == 0;
                return new Applied([], import.IsStored);
            },
            cancellation);
        return import.Report();
    }

    private async Task ImportDomainsAsync(RulesDb db, RuleJournal journal, TransferDocument document, ImportTally import, CancellationToken cancellation)
    {
        Dictionary<string, Domain> known = await db.Domains.ToDictionaryAsync(d => d.Name, cancellation);
        DateTimeOffset now = Now();
        foreach (TransferZone zone in document.Zones)
        {
            if (!DomainName.TryParse(zone.Name, out string? name))
            {
                import.Problems.Add($"The domain {FieldText.Quoted(zone.Name)} is not a domain name.");
                continue;
            }

            if (!known.TryGetValue(name, out Domain? domain))
            {
                domain = new Domain
                {
                    Id = Guid.CreateVersion7(now),
                    Name = name,
                    State = DomainState.Live,
                    Policy = InboundPolicy.Of(DefaultPolicy).ToText(),
                    CreatedAt = now,
                    ModifiedAt = now,
                };
                db.Domains.Add(domain);
                known.Add(name, domain);
                import.DomainsAdded.Add(name);
            }

            ForwardingProfile? profile = null;
            if (zone.Profile is { } words && !ProfileWords.TryParse(words, out profile))
            {
                import.Problems.Add($"{name}: the profile {FieldText.Quoted(words)} must be {ProfileWords.Allowed}.");
            }

            journal.NoteDomain(domain.Id);
            var change = new DomainChange
            {
                Enabled = zone.Enabled,
                SubAddressing = zone.SupportSubaddress,
                SkipWizard = zone.SkipWizard,
                Policy = zone.Policy,
                Profile = profile,
            };
            if (await ChangeAsync(db, domain, change, cancellation) is { } refused)
            {
                import.Problems.Add(refused.Sentence);
            }
        }

        await db.SaveChangesAsync(cancellation);
        foreach (TransferZone zone in document.Zones.Where(zone => zone.Senders is not null))
        {
            if (DomainName.TryParse(zone.Name, out string? name))
            {
                await ImportSendersAsync(db, journal, known[name].Id, zone.Senders, import, cancellation);
            }
        }

        await ImportSendersAsync(db, journal, domain: null, document.Senders, import, cancellation);
    }

    private async Task ImportDestinationsAsync(
        RulesDb db, RuleJournal journal, TransferDocument document, bool isVouched, ImportTally import, CancellationToken cancellation)
    {
        HashSet<string> ours = [.. await db.Domains.Select(d => d.Name).ToListAsync(cancellation)];
        HashSet<string> owned = [.. await db.OwnedDomains.Select(d => d.Name).ToListAsync(cancellation)];
        foreach (string text in document.OwnedDomains)
        {
            if (!DomainName.TryParse(text, out string? name))
            {
                import.Problems.Add($"The owned domain {FieldText.Quoted(text)} is not a domain name.");
            }
            else if (!ours.Contains(name) && owned.Add(name))
            {
                db.OwnedDomains.Add(new OwnedDomain { Name = name, CreatedAt = Now() });
            }
        }

        Dictionary<string, Destination> known = await db.Destinations.ToDictionaryAsync(d => d.Key, cancellation);
        DateTimeOffset now = Now();
        foreach (TransferAddress wanted in document.Addresses)
        {
            if (!EmailAddress.TryParse(wanted.Email, out EmailAddress? address) || address.Domain.Length == 0)
            {
                import.Problems.Add(NotAnAddress("email", wanted.Email).Sentence);
                continue;
            }

            // Rules can forward to it as it is.
            if (ours.Contains(address.Domain))
            {
                continue;
            }

            bool isAgreed = isVouched || wanted.Verified is not null || owned.Contains(address.Domain);
            if (!known.TryGetValue(AddressKey.Of(address), out Destination? destination))
            {
                destination = new Destination { Id = Guid.CreateVersion7(now), Address = address.Text, Key = AddressKey.Of(address), CreatedAt = now, ModifiedAt = now };
                db.Destinations.Add(destination);
                known.Add(destination.Key, destination);
                import.DestinationsAdded.Add(destination.Address);
                destination.VerifiedAt = isAgreed ? now : null;
                destination.AskAt = isAgreed ? null : now;
            }
            else if (isAgreed && destination.VerifiedAt is null)
            {
                await VerifyAsync(db, journal, destination, cancellation);
            }
        }

        journal.NoteInstallationContact();
        await db.SaveChangesAsync(cancellation);
    }

    private async Task ImportRulesAsync(RulesDb db, RuleJournal journal, TransferDocument document, ImportTally import, CancellationToken cancellation)
    {
        HashSet<string> ours = [.. await db.Domains.Where(d => d.State == DomainState.Live).Select(d => d.Name).ToListAsync(cancellation)];
        HashSet<string> waiting = [.. await db.Destinations.Where(d => d.VerifiedAt == null).Select(d => d.Key).ToListAsync(cancellation)];
        var edits = new List<RuleEdit>();
        var patterns = new List<string>();
        foreach (TransferZone zone in document.Zones)
        {
            foreach (RuleRecord rule in zone.Rules)
            {
                RuleDraft draft = rule.ToDraft();
                IEnumerable<string> targets = draft.Action is DraftAction.Forward forward ? forward.Addresses : [];
                string? absent = targets.Concat(draft.Fallback is null ? [] : [draft.Fallback])
                    .FirstOrDefault(target => EmailAddress.TryParse(target, out EmailAddress? address) && !ours.Contains(address.Domain) && waiting.Contains(AddressKey.Of(address)));
                if (absent is not null)
                {
                    import.Waiting.Add($"{rule.Pattern} waits until the owner of {absent} agrees.");
                }
                else if (!RulePattern.TryParse(rule.Pattern, out RulePattern? pattern) || !DomainName.TryParse(zone.Name, out string? name) || pattern.Domain != name)
                {
                    import.Problems.Add($"The rule {FieldText.Quoted(rule.Pattern)} is not one for the domain {FieldText.Quoted(zone.Name)}, under which it stands.");
                }
                else
                {
                    edits.Add(new RuleEdit.Set(draft));
                    patterns.Add(rule.Pattern);
                }
            }
        }

        // A rule that had expired when it was exported is brought over as it was.
        ImmutableArray<Edit> results = await new RuleBatch(db, loader, journal) { IsRestoring = true }.RunAsync(edits, cancellation);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is Edit.Refused refused)
            {
                import.Problems.Add($"{patterns[i]}: {refused.Sentence}");
            }
        }

        import.Changes.AddRange(journal.Events.Where(e => e.Kind != RuleEventKind.Removed));
        import.Unchanged = results.Length - import.Changes.Count;
    }

    private async Task ImportContactsAsync(RulesDb db, RuleJournal journal, TransferDocument document, ImportTally import, CancellationToken cancellation)
    {
        db.ChangeTracker.AutoDetectChangesEnabled = true;
        foreach (TransferZone zone in document.Zones.Where(zone => zone.Contact is not null))
        {
            Domain? domain = DomainName.TryParse(zone.Name, out string? name) ? await db.Domains.SingleOrDefaultAsync(d => d.Name == name, cancellation) : null;
            if (domain is not null && await ChangeAsync(db, domain, new DomainChange { Contact = zone.Contact }, cancellation) is { } refused)
            {
                import.Waiting.Add($"The contact of {domain.Name}: {refused.Sentence}");
            }
        }

        if (document.Contact is not { } contact)
        {
            return;
        }

        (Destination? destination, Edit.Refused? absent) = await VerifiedAsync(db, "contact", contact, cancellation);
        if (absent is not null)
        {
            import.Waiting.Add($"The contact of the installation: {absent.Sentence}");
            return;
        }

        await SetContactSettingAsync(db, journal, destination!, cancellation);
    }

    /// <summary>What an import has come to so far.</summary>
    private sealed class ImportTally
    {
        private const int MaxShown = 1000;

        public bool IsStored { get; set; }

        public List<string> DomainsAdded { get; } = [];

        public List<string> DestinationsAdded { get; } = [];

        public List<RuleEvent> Changes { get; } = [];

        public List<string> Waiting { get; } = [];

        public List<string> Problems { get; } = [];

        public int Unchanged { get; set; }

        public ImportReport Report() => new(
            IsStored, [.. DomainsAdded], [.. DestinationsAdded], Unchanged, Changes.Count, [.. Changes.Take(MaxShown).Select(Show)], [.. Waiting], [.. Problems]);

        private static RuleImport Show(RuleEvent change) => new(change.Kind, change.Pattern, FieldChange.Between(Record(change.Before), Record(change.After)));

        private static RuleRecord? Record(string? json) => json is null ? null : RuleRecord.Read(json);
    }
}
