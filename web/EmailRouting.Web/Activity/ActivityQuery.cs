using System.Globalization;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Web.Activity;

/// <summary>Which messages are shown: what the address of the page says of it. What cannot be read there does not count.</summary>
public sealed record ActivityQuery
{
    public MessageStatus? Status { get; init; }

    /// <summary>With an @ an alias, else a part of one.</summary>
    public string? Alias { get; init; }

    /// <summary>With an @ a sender, else the domain of one.</summary>
    public string? Sender { get; init; }

    public Guid? Rule { get; init; }

    public string? Text { get; init; }

    /// <summary>Null where it is <see cref="From"/> and <see cref="Until"/> that count, or nothing.</summary>
    public TimeRange? Range { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>The message that the page begins after; null for the newest.</summary>
    public MailId? After { get; init; }

    public bool IsFiltered => this with { After = null } != new ActivityQuery();

    /// <param name="value">Of a name in the query; null where there is none.</param>
    public static ActivityQuery Read(Func<string, string?> value)
    {
        TimeRange? range = TimeRange.Find(value("range"));
        return new ActivityQuery
        {
            Status = MessageStatusWord.TryParse(value("status") ?? string.Empty, out MessageStatus status) ? status : null,
            Alias = Words(value("alias")),
            Sender = Words(value("sender")),
            Rule = Guid.TryParse(value("rule"), out Guid rule) ? rule : null,
            Text = Words(value("q")),
            Range = range,
            From = range is null ? Instant(value("from")) : null,
            Until = range is null ? Instant(value("until")) : null,
            After = MailId.TryParse(value("after"), out MailId after) ? after : null,
        };
    }

    /// <summary>For the address of the page.</summary>
    public static string Write(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <param name="domains">All that may be seen; null for everything.</param>
    /// <param name="now">What a range counts back from.</param>
    public ActivityFilter ToFilter(IReadOnlyCollection<string>? domains, DateTimeOffset now) => new()
    {
        Domains = domains,
        Status = Status,
        Alias = Alias?.Contains('@') == true ? Alias : null,
        AliasContains = Alias?.Contains('@') == false ? Alias : null,
        Sender = IsWhole(Sender) ? Sender : null,
        SenderDomain = Sender is null || IsWhole(Sender) ? null : DomainName.TryParse(Sender, out string? domain) ? domain : Sender.ToLowerInvariant(),
        RuleId = Rule,
        Text = Text,
        From = Range is { } range ? now - range.Length : From,
        Until = Until,
    };

    private static bool IsWhole(string? sender) => sender is not null && (sender.Contains('@') || sender == "<>");

    private static string? Words(string? text) => text?.Trim() is { Length: > 0 and <= 254 } words ? words : null;

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset at) ? at : null;
}
