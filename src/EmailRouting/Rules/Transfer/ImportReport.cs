using System.Collections.Immutable;
using EmailRouting.Storage;

namespace EmailRouting.Rules.Transfer;

/// <summary>What an import has changed, or would change.</summary>
/// <param name="IsStored">False on a dry run, and where there are problems: then nothing is changed.</param>
/// <param name="DomainsAdded">By name.</param>
/// <param name="DestinationsAdded">By address.</param>
/// <param name="RulesUnchanged">Rules that were there already, just so.</param>
/// <param name="RulesChanged">Rules that were created or changed.</param>
/// <param name="Changes">The first thousand of them.</param>
/// <param name="Waiting">Rules that are left out until the owner of a destination agrees: the same import then brings them.</param>
/// <param name="Problems">In words.</param>
public sealed record ImportReport(
    bool IsStored,
    ImmutableArray<string> DomainsAdded,
    ImmutableArray<string> DestinationsAdded,
    int RulesUnchanged,
    int RulesChanged,
    ImmutableArray<RuleImport> Changes,
    ImmutableArray<string> Waiting,
    ImmutableArray<string> Problems);

/// <param name="Kind">Created or updated.</param>
/// <param name="Pattern">What the rule is for.</param>
/// <param name="Fields">What is different.</param>
public sealed record RuleImport(RuleEventKind Kind, string Pattern, ImmutableArray<FieldChange> Fields);
