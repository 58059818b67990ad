using System.Collections.Immutable;

namespace EmailRouting.Rules.Transfer;

/// <summary>What was made of a file.</summary>
/// <param name="Document">Null where it could not be read at all.</param>
/// <param name="Problems">What could not be understood, or cannot be had here; each with its line or place.</param>
public sealed record TransferReading(TransferDocument? Document, ImmutableArray<string> Problems)
{
    /// <summary>A file with more mistakes than this is the wrong file.</summary>
    internal const int MaxProblems = 100;

    internal static TransferReading Unreadable(string problem) => new(null, [problem]);
}
