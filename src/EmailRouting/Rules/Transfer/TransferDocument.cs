using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EmailRouting.Policy;

namespace EmailRouting.Rules.Transfer;

/// <summary>Domains, destinations and rules as one document: what an export writes, and what every import is read into.</summary>
/// <remarks>As JSON in snake case; null members are left out. Members may be added; none is renamed or given another meaning while <see cref="Version"/> stays.</remarks>
public sealed record TransferDocument
{
    public const string OwnFormat = "emailrouting";
    public const int CurrentVersion = 1;

    public required string Format { get; init; }

    public required int Version { get; init; }

    public DateTimeOffset? ExportedAt { get; init; }

    /// <summary>Who gets the postmaster mail that no domain's contact gets.</summary>
    public string? Contact { get; init; }

    /// <summary>Domains elsewhere whose inboxes are the operator's own.</summary>
    public ImmutableArray<string> OwnedDomains { get; init; } = [];

    public ImmutableArray<TransferAddress> Addresses { get; init; } = [];

    public ImmutableArray<TransferZone> Zones { get; init; } = [];

    /// <summary>The allow and block list for all domains; null: nothing is said of it.</summary>
    public IReadOnlyList<TransferSender>? Senders { get; init; }

    /// <summary>One that was read from elsewhere.</summary>
    public static TransferDocument Of(ImmutableArray<TransferAddress> addresses, ImmutableArray<TransferZone> zones) =>
        new() { Format = OwnFormat, Version = CurrentVersion, Addresses = addresses, Zones = zones };
}

/// <summary>A destination.</summary>
public sealed record TransferAddress
{
    public required string Email { get; init; }

    /// <summary>When its owner agreed; null: not yet.</summary>
    public DateTimeOffset? Verified { get; init; }
}

/// <summary>A domain with its rules. What is null stays as it is where the domain is there already.</summary>
public sealed record TransferZone
{
    public required string Name { get; init; }

    public bool? Enabled { get; init; }

    public bool? SupportSubaddress { get; init; }

    public bool? SkipWizard { get; init; }

    /// <summary><c>transparent</c>, <c>authenticated</c> or parts of it, as <see cref="ProfileWords"/> reads them.</summary>
    public string? Profile { get; init; }

    public string? Contact { get; init; }

    /// <summary>What is done with mail that arrives for it.</summary>
    public PolicyChange? Policy { get; init; }

    /// <summary>Its own allow and block list; null: nothing is said of it.</summary>
    public IReadOnlyList<TransferSender>? Senders { get; init; }

    public ImmutableArray<RuleRecord> Rules { get; init; } = [];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TransferDocument))]
internal sealed partial class TransferJson : JsonSerializerContext;
