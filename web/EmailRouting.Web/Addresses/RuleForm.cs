using System.Collections.Immutable;
using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Web.Addresses;

/// <summary>A rule as it stands in the fields of its editor; what is typed there stays there, right or wrong.</summary>
public sealed class RuleForm
{
    private static readonly char[] LineEnds = ['\r', '\n'];
    private RuleRecord? _before;
    private DateTime? _expiryBefore;

    public RuleKind Kind { get; set; } = RuleKind.Exact;

    public string LocalPart { get; set; } = string.Empty;

    public string Domain { get; set; } = string.Empty;

    /// <summary>As <see cref="RuleRecord.Action"/> says it.</summary>
    public string Action { get; set; } = RuleRecord.Forward;

    public List<string> Targets { get; } = [];

    public int Code { get; set; } = RejectReply.DefaultCode;

    public string Text { get; set; } = RejectReply.DefaultText;

    /// <summary>One a line.</summary>
    public string Senders { get; set; } = string.Empty;

    public int Priority { get; set; }

    /// <summary>In the viewer's zone.</summary>
    public DateTime? Expiry { get; set; }

    /// <summary>Empty: none.</summary>
    public string Fallback { get; set; } = string.Empty;

    public int? FallbackAfterMinutes { get; set; }

    public string? Name { get; set; }

    public string? Notes { get; set; }

    /// <summary>Separated by commas.</summary>
    public string Labels { get; set; } = string.Empty;

    public bool Enabled { get; set; } = true;

    public static RuleForm Of(Rule rule, Func<DateTimeOffset, DateTimeOffset> toLocal)
    {
        RuleRecord record = RuleRecord.Of(rule);
        DateTime? expiry = rule.ExpiresAt is { } at ? Minute(toLocal(at).DateTime) : null;
        var form = new RuleForm
        {
            _before = record,
            _expiryBefore = expiry,
            Kind = rule.Kind,
            LocalPart = rule.LocalPart,
            Domain = rule.Domain!.Name,
            Action = record.Action,
            Code = record.Code ?? RejectReply.DefaultCode,
            Text = record.Text ?? RejectReply.DefaultText,
            Senders = string.Join('\n', record.Senders),
            Priority = record.Priority,
            Expiry = expiry,
            Fallback = record.Fallback ?? string.Empty,
            FallbackAfterMinutes = record.FallbackAfterMinutes,
            Name = record.Name,
            Notes = record.Notes,
            Labels = string.Join(", ", record.Labels),
            Enabled = record.Enabled,
        };
        form.Targets.AddRange(record.To);
        return form;
    }

    /// <summary>Such as <c>hello@example.com</c>.</summary>
    public string Pattern => RulePattern.Show(Kind, Bare(LocalPart.Trim()), Domain);

    public RuleDraft ToDraft(Func<DateTime, DateTimeOffset> fromLocal)
    {
        bool isForward = Action == RuleRecord.Forward;
        return new RuleDraft(Pattern, Action switch
        {
            RuleRecord.Drop => new DraftAction.Drop(),
            RuleRecord.Reject => new DraftAction.Reject(Code, Text.Trim()),
            _ => new DraftAction.Forward([.. Targets]),
        })
        {
            Name = Optional(Name),
            Priority = Priority,
            Enabled = Enabled,
            Senders = Items(Senders, LineEnds),

            // The field shows minutes: what was not touched keeps its seconds.
            ExpiresAt = Expiry == _expiryBefore ? _before?.ExpiresAt : Expiry is { } local ? fromLocal(local) : null,
            Fallback = isForward ? Optional(Fallback) : null,
            FallbackAfterMinutes = isForward && Fallback.Length > 0 ? FallbackAfterMinutes : null,
            Notes = Optional(Notes?.ReplaceLineEndings("\n")),
            Labels = Items(Labels, ','),
            Source = _before?.Source,
            OwnerWorkerTag = _before?.OwnerWorkerTag,

            // What a program wrote is its spelling of this very address, this very action.
            WrittenAddress = _before?.Pattern == Pattern ? _before.WrittenAddress : null,
            WrittenValue = _before?.Action == Action ? _before.WrittenValue : null,
        };
    }

    /// <summary>A whole address was pasted where the part before the @ belongs.</summary>
    private string Bare(string text) => text.EndsWith($"@{Domain}", StringComparison.OrdinalIgnoreCase) ? text[..^(Domain.Length + 1)] : text;

    private static ImmutableArray<string> Items(string text, params ReadOnlySpan<char> separators) =>
        [.. text.Split(separators.ToArray(), StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static string? Optional(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static DateTime Minute(DateTime time) => new(time.Year, time.Month, time.Day, time.Hour, time.Minute, 0, DateTimeKind.Unspecified);
}
