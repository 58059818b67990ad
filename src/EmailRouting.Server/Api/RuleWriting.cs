using System.Collections.Immutable;
using System.Text.Json;
using EmailRouting.Rules;
using EmailRouting.Smtp;

namespace EmailRouting.Server.Api;

/// <summary>From the JSON of a rule to the rule that is wanted. Shapes are checked here, with the field that is wrong; what a rule may be is the rule book's to say.</summary>
internal sealed class RuleWriting
{
    public const int MaxName = RuleBook.MaxNameLength;

    /// <summary>Of one address, as Cloudflare has it.</summary>
    public const int MaxAddress = 90;

    public const int MaxNotes = 4000;
    public const int MaxLabels = 20;
    public const int MaxLabel = 50;
    public const int MinRejectCode = 450;
    public const int MaxRejectCode = 559;

    /// <summary>As long as mail is tried.</summary>
    public const int MaxFallbackMinutes = 5 * 24 * 60;

    private readonly JsonFields _body;
    private readonly Zone _zone;
    private readonly RuleRecord? _before;

    private RuleWriting(JsonFields body, Zone zone, RuleRecord? before) => (_body, _zone, _before) = (body, zone, before);

    /// <param name="body">Of POST, or of PUT.</param>
    /// <param name="zone">Where the rule is.</param>
    /// <param name="before">
    /// The rule that is replaced; null for a new one. What only this server has (notes, labels, expiry, fallback) stays as it is where the body does not name it: clients that do
    /// not know it are not to lose it for others.
    /// </param>
    /// <returns>Null where <see cref="JsonFields.Problems"/> says why.</returns>
    public static RuleDraft? ReadWhole(JsonFields body, Zone zone, RuleRecord? before) => new RuleWriting(body, zone, before).Read(isPartial: false, isCatchAll: false);

    /// <summary>What the body does not name stays as it is.</summary>
    /// <inheritdoc cref="ReadWhole"/>
    public static RuleDraft? ReadPart(JsonFields body, Zone zone, RuleRecord before) => new RuleWriting(body, zone, before).Read(isPartial: true, isCatchAll: false);

    /// <inheritdoc cref="ReadWhole"/>
    public static RuleDraft? ReadCatchAll(JsonFields body, Zone zone, RuleRecord? before) => new RuleWriting(body, zone, before).Read(isPartial: false, isCatchAll: true);

    private RuleDraft? Read(bool isPartial, bool isCatchAll)
    {
        Recipients? recipients = isPartial && !_body.Has("matchers") ? Recipients.Of(_before!) : ReadMatchers(isCatchAll);
        (DraftAction? action, string? writtenValue) = isPartial && !_body.Has("actions") ? (_before!.ToDraft().Action, _before.WrittenValue) : ReadAction();
        string? source = _body.Text("source", 20);
        string? owner = _body.Text("owner_worker_tag", 100);
        if (source is not (null or "api" or "wrangler"))
        {
            _body.Wrong("source", $"'{Shown.Text(source)}' must be api or wrangler");
        }

        if (source == "wrangler" && owner is null)
        {
            _body.Missing("owner_worker_tag", "it goes with the source wrangler");
        }

        FallbackResource? fallback = ReadFallback();
        string? name = _body.Text("name", MaxName);
        int priority = (isCatchAll ? null : _body.Number("priority", 0, int.MaxValue)) ?? (isPartial ? _before!.Priority : 0);
        bool enabled = _body.Flag("enabled") ?? (!isPartial || _before!.Enabled);
        DateTimeOffset? expires = Kept("expires_at", _body.Instant("expires_at"), _before?.ExpiresAt);
        string? notes = Kept("notes", _body.Text("notes", MaxNotes, allowLineBreaks: true), _before?.Notes);
        IReadOnlyList<string> labels = Kept<IReadOnlyList<string>>("labels", _body.Texts("labels", MaxLabels, MaxLabel), _before?.ToDraft().Labels) ?? [];
        _body.RemarkOnOthers("id", "tag", "zone", "priority", "created", "modified");
        if (!_body.IsValid || recipients is null || action is null)
        {
            return null;
        }

        return new RuleDraft(recipients.Pattern, action)
        {
            Name = isPartial && !_body.Has("name") ? _before!.Name : name,
            Priority = priority,
            Enabled = enabled,
            Senders = recipients.Senders,
            ExpiresAt = expires,
            Fallback = fallback?.Destination,
            FallbackAfterMinutes = fallback?.AfterMinutes,
            Notes = notes,
            Labels = [.. labels],
            Source = isPartial && !_body.Has("source") ? _before!.Source : source == "api" ? null : source,
            OwnerWorkerTag = isPartial && !_body.Has("owner_worker_tag") ? _before!.OwnerWorkerTag : owner,
            WrittenAddress = recipients.Written,
            WrittenValue = writtenValue,
        };
    }

    /// <summary>What the body says of a field that only we have; what was there before, where it says nothing. Null in the body unsets it.</summary>
    private T? Kept<T>(string name, T? written, T? before) => _body.Has(name) ? written : before;

    private Recipients? ReadMatchers(bool isCatchAll)
    {
        if (_body.Objects("matchers", 100) is not { } matchers)
        {
            if (_body.IsValid || !_body.Has("matchers"))
            {
                _body.Missing("matchers", "for which addresses the rule is, such as [{\"type\": \"literal\", \"field\": \"to\", \"value\": \"hello@" + _zone.Name + "\"}]");
            }

            return null;
        }

        Recipients? recipients = null;
        var senders = new List<string>();
        for (int i = 0; i < matchers.Count; i++)
        {
            JsonFields matcher = matchers[i];
            string? type = matcher.Text("type", 20);
            if (type is null && !matcher.HasValue("type"))
            {
                matcher.Missing("type", isCatchAll ? "all" : "literal, prefix, suffix, glob or regex; with the field from: literal, domain or glob");
            }

            string? field = matcher.Text("field", 20);
            if (field == "from" && !isCatchAll)
            {
                senders.AddRange(ReadSender(matcher, type));
                continue;
            }

            if (field is not (null or "to" or ""))
            {
                matcher.Wrong("field", $"'{Shown.Text(field)}' must be to{(isCatchAll ? string.Empty : " or from")}");
                continue;
            }

            if (recipients is not null)
            {
                _body.WrongAsKnown("matchers", "only one matcher for the recipient is allowed per rule");
                return null;
            }

            recipients = isCatchAll ? ReadAll(matcher, type) : ReadRecipient(matcher, type);
            if (recipients is null)
            {
                return null;
            }
        }

        if (recipients is null && _body.IsValid)
        {
            _body.WrongAsKnown("matchers", isCatchAll ? "the matcher of a catch-all is {\"type\": \"all\"}" : "one matcher for the recipient is needed");
        }

        return recipients is null ? null : recipients with { Senders = [.. senders] };
    }

    private Recipients? ReadAll(JsonFields matcher, string? type)
    {
        if (type != "all")
        {
            matcher.Wrong("type", $"'{Shown.Text(type ?? string.Empty)}' must be all");
            return null;
        }

        return new Recipients($"*@{_zone.Name}", null, []);
    }

    private Recipients? ReadRecipient(JsonFields matcher, string? type)
    {
        switch (type)
        {
            case "literal":
                return ReadLiteral(matcher);

            case "prefix" or "suffix" or "glob" or "regex":
                if (Value(matcher) is not { } text)
                {
                    return null;
                }

                return new Recipients($"{type}:{text}@{_zone.Name}", null, []);

            case "all":
                // The catch-all is not to be had by this way, and there are clients that wait for just this answer.
                throw new BadRequestException(InvalidOperation());

            case null:
                return null;

            default:
                matcher.Wrong("type", $"'{Shown.Text(type)}' must be literal, prefix, suffix, glob or regex");
                return null;
        }
    }

    public static ApiFailure InvalidOperation() => ApiErrors.Conflicts(ApiErrors.InvalidRuleOperation, "Invalid rule operation");

    private Recipients? ReadLiteral(JsonFields matcher)
    {
        if (Value(matcher) is not { } text)
        {
            return null;
        }

        if (!EmailAddress.TryParse(text, out EmailAddress? address) || address.Domain.Length == 0)
        {
            matcher.Wrong("value", $"'{Shown.Text(text)}' must be an e-mail address such as hello@{_zone.Name}");
            return null;
        }

        if (!_zone.Covers(address.Domain))
        {
            matcher.Wrong("value", $"'{Shown.Text(text)}' must be an address of {_zone.Name}");
            return null;
        }

        // As RulePattern.Show has it; what differs is kept, to be read back.
        string shown = $"{address.Text[..address.Text.LastIndexOf('@')]}@{address.Domain}";
        return new Recipients(shown, shown == text ? null : text, []);
    }

    private static string? Value(JsonFields matcher)
    {
        string? value = matcher.Text("value", MaxAddress);
        if (value is null && !matcher.HasValue("value"))
        {
            matcher.Missing("value", "an address, or what an address looks like");
        }
        else if (value is { Length: 0 })
        {
            matcher.Wrong("value", "must not be empty");
            return null;
        }

        return value;
    }

    private static IEnumerable<string> ReadSender(JsonFields matcher, string? type)
    {
        if (Value(matcher) is not { } value)
        {
            return [];
        }

        switch (type)
        {
            case "literal" when value == "<>" || value.Contains('@', StringComparison.Ordinal):
                return [value];
            case "literal":
                matcher.Wrong("value", $"'{Shown.Text(value)}' must be an e-mail address, or <> for mail without a sender");
                return [];
            case "domain" when DomainName.TryParse(value, out _):
                return [value];
            case "domain":
                matcher.Wrong("value", $"'{Shown.Text(value)}' must be a domain such as example.com; its subdomains are meant too");
                return [];
            case "glob":
                return [$"glob:{value}"];
            default:
                matcher.Wrong("type", $"'{Shown.Text(type ?? string.Empty)}' must be literal, domain or glob for the field from");
                return [];
        }
    }

    private (DraftAction? Action, string? WrittenValue) ReadAction()
    {
        if (_body.Objects("actions", 100) is not { } actions)
        {
            if (_body.IsValid || !_body.Has("actions"))
            {
                _body.Missing("actions", "what the rule does, such as [{\"type\": \"forward\", \"value\": [\"you@example.org\"]}]");
            }

            return default;
        }

        if (actions.Count != 1)
        {
            _body.WrongAsKnown("actions", actions.Count > 1 ? "only one action per rule is allowed" : "exactly one action is needed");
            return default;
        }

        JsonFields action = actions[0];
        string? type = action.Text("type", 20);
        IReadOnlyList<string>? value = action.Texts("value", 100, MaxAddress);
        if (!_body.IsValid)
        {
            return default;
        }

        switch (type)
        {
            case "forward" when value is not { Count: 1 }:
                action.WrongAsKnown("value", "forward action must contain exactly one destination");
                return default;

            case "forward":
                return (new DraftAction.Forward([value[0]]), null);

            case "forward_to_all" when value is null or { Count: 0 }:
                action.Wrong("value", "must have at least one destination");
                return default;

            case "forward_to_all":
                return (new DraftAction.Forward([.. value]), null);

            case "drop":
                return (new DraftAction.Drop(), value is null ? null : JsonSerializer.Serialize(value));

            case "reject":
                int code = action.Number("code", MinRejectCode, MaxRejectCode) ?? RejectReply.DefaultCode;
                string text = action.Text("text", RejectReply.MaxText) ?? RejectReply.DefaultText;
                return (new DraftAction.Reject(code, text), null);

            case "worker" when value is null or { Count: 0 }:
                action.WrongAsKnown("value", "must specify worker id");
                return default;

            case "worker":
                action.Wrong("type", "'worker' is not to be had here; it must be forward, forward_to_all, drop or reject");
                return default;

            case null:
                action.Missing("type", "forward, forward_to_all, drop or reject");
                return default;

            default:
                action.Wrong("type", $"'{Shown.Text(type)}' must be forward, forward_to_all, drop or reject");
                return default;
        }
    }

    private FallbackResource? ReadFallback()
    {
        if (!_body.Has("fallback"))
        {
            return _before?.Fallback is { } kept ? new FallbackResource(kept) { AfterMinutes = _before.FallbackAfterMinutes } : null;
        }

        if (_body.Object("fallback") is not { } fallback)
        {
            return null;
        }

        string? destination = fallback.Text("destination", 254);
        if (destination is null && !fallback.HasValue("destination"))
        {
            fallback.Missing("destination", "a verified destination address");
        }

        int? after = fallback.Number("after_minutes", 1, MaxFallbackMinutes);
        fallback.RemarkOnOthers();
        return destination is null ? null : new FallbackResource(destination) { AfterMinutes = after };
    }

    /// <summary>For whom a rule is.</summary>
    private sealed record Recipients(string Pattern, string? Written, ImmutableArray<string> Senders)
    {
        public static Recipients Of(RuleRecord before) => new(before.Pattern, before.WrittenAddress, before.Senders.IsDefault ? [] : before.Senders);
    }
}
