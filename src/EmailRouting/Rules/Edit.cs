using System.Collections.Immutable;

namespace EmailRouting.Rules;

/// <summary>What came of an edit of the rules.</summary>
public abstract record Edit
{
    private Edit()
    {
    }

    /// <param name="Id">Of what was added, changed or removed; empty where it has none.</param>
    public sealed record Done(Guid Id) : Edit;

    /// <param name="Problems">At least one; the first is the one to be told where only one can be.</param>
    public sealed record Refused(ImmutableArray<Problem> Problems) : Edit
    {
        public Refused(RefusalReason reason, string? field, string sentence)
            : this([new Problem(reason, field, sentence)])
        {
        }

        public RefusalReason Reason => Problems[0].Reason;

        /// <inheritdoc cref="Problem.Field"/>
        public string? Field => Problems[0].Field;

        /// <summary>All problems, for people.</summary>
        public string Sentence => string.Join(' ', Problems.Select(problem => problem.Sentence));
    }
}
