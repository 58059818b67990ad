using EmailRouting.Rules;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>What <see cref="RuleWriting"/> reads.</summary>
internal static class RuleShapes
{
    public static OpenApiSchema Whole() => Shape.Object([
        Field.Required("matchers", "For whom the rule is: one matcher for the recipient, and any number for the sender, of which one must hold.", Matchers()),
        Field.Required("actions", "What happens to the mail: exactly one action.", Actions()),
        .. Rest(),
    ]);

    /// <summary>As <see cref="Whole"/>, where everything may be left out.</summary>
    public static OpenApiSchema Part() => Shape.Object([.. PartFields()]);

    public static OpenApiSchema CatchAll() => Shape.Object([
        Field.Required("matchers", "Always the one that stands for all addresses.", Shape.List(Shape.Object(Field.Required("type", "All addresses.", Shape.Word(null, "all"))), 1, 1)),
        Field.Required("actions", "What happens to the mail: exactly one action.", Actions()),
        .. Rest().Where(field => field.Name != "priority"),
    ]);

    public static OpenApiSchema Bulk() => Shape.Object(
        Field.Optional("dry_run", "Checks everything and stores nothing.", Shape.Flag(false)),
        Field.Optional("delete", "Rules to remove.", Shape.List(Shape.Object([.. Reference()]), RuleBulkEndpoints.MaxEdits)),
        Field.Optional("update", "Rules to change. What an entry leaves out stays as it is.", Shape.List(Shape.Object([.. Reference(), .. PartFields()]), RuleBulkEndpoints.MaxEdits)),
        Field.Optional("create", "Rules to make.", Shape.List(Whole(), RuleBulkEndpoints.MaxEdits)));

    public static OpenApiSchema Explain() => Shape.Object(
        Field.Required("to", "The recipient: an address of the zone.", Shape.Text(320, 1)),
        Field.Optional("from", "The envelope sender. Left out, empty or `<>`: mail without a sender, such as a bounce.", Shape.Text(320)),
        Field.Optional("size", "Of the message, in octets.", Shape.Number(0, null)),
        Field.Optional("ip", "Of the sender's host.", Shape.Text(60)));

    public static OpenApiSchema Plan() => Shape.Object(
        Field.Required("owner_worker_tag", "The tool that owns the rules.", Shape.Text(100, 1)),
        Field.Optional("rules", "The rules as the tool wants them.", Shape.List(
            Shape.Object(
                Field.Required("matchers", "The address.", Shape.List(Shape.Object(
                    Field.Optional("type", "An address.", Shape.Word(null, "literal")),
                    Field.Optional("field", "The recipient.", Shape.Word(null, "to")),
                    Field.Required("value", "The address.", Shape.Text(320, 1))), 1, 1)),
                Field.Required("actions", "What the tool wants to happen.", PlannedActions())),
            RulePlanEndpoints.MaxRules)),
        Field.Optional("catch_all_rules", "The catch-alls as the tool wants them.", Shape.List(
            Shape.Object(
                Field.Required("target", "Such as `*@example.com`.", Shape.Text(320, 1)),
                Field.Required("rule", "With its action.", Shape.Object(Field.Required("actions", "What the tool wants to happen.", PlannedActions())))),
            RulePlanEndpoints.MaxRules)));

    private static IEnumerable<Field> PartFields() =>
    [
        Field.Optional("matchers", "For whom the rule is: one matcher for the recipient, and any number for the sender, of which one must hold.", Matchers()),
        Field.Optional("actions", "What happens to the mail: exactly one action.", Actions()),
        .. Rest(),
    ];

    private static IEnumerable<Field> Reference() =>
    [
        Field.Required("id", "The rule.", Shape.Id()),
        Field.Optional("revision", "At which you have read it, from its ETag: one that has been changed since is not touched, and then nothing is.", Shape.Number(0, null)),
    ];

    private static IEnumerable<Field> Rest() =>
    [
        Field.Optional("name", "For people.", Shape.Text(RuleWriting.MaxName)),
        Field.Optional("enabled", "A rule that is not enabled is passed over as if it were not there.", Shape.Flag(true)),
        Field.Optional("priority", "Among rules of one kind (exact addresses before patterns) the lower goes first, then the older.", Shape.Number(0, int.MaxValue, 0)),
        Field.Optional("expires_at", "From then on the rule is passed over. Null: never.", Shape.Instant().OrNull()),
        Field.Optional("fallback", "Where mail goes that the destination does not take. Null: nowhere, the sender is told.", Shape.Object(
            Field.Required("destination", "A verified destination address, and not one of the rule's own.", Shape.Text(254, 3)),
            Field.Optional("after_minutes", "Also when the destination has not taken the mail for so long. Left out: only when it refuses for good.", Shape.Number(1, RuleWriting.MaxFallbackMinutes))).OrNull()),
        Field.Optional("notes", "For people; may have several lines.", Shape.Text(RuleWriting.MaxNotes).OrNull()),
        Field.Optional("labels", "To find rules by.", Shape.List(Shape.Text(RuleWriting.MaxLabel, 1), RuleWriting.MaxLabels).OrNull()),
        Field.Optional("source", "Which kind of client made the rule.", Shape.Word("api", "api", "wrangler")),
        Field.Optional("owner_worker_tag", "The tool that owns the rule; needed with the source `wrangler`.", Shape.Text(100)),
    ];

    private static OpenApiSchema Matchers() => Shape.List(
        Shape.OneOf(
            Shape.Object(
                Field.Required("type", "An address.", Shape.Word(null, "literal")),
                Field.Optional("field", "The recipient.", Shape.Word("to", "to")),
                Field.Required("value", "An address of the zone, such as `hello@example.com`.", Shape.Text(RuleWriting.MaxAddress, 1))).Titled("Recipient is"),
            Shape.Object(
                Field.Required("type", "How the part before the @ is compared, without regard to case: its beginning, its end, with `*` and `?`, or with a regular expression for all of it.", Shape.Word(null, "prefix", "suffix", "glob", "regex")),
                Field.Optional("field", "The recipient.", Shape.Word("to", "to")),
                Field.Required("value", "Such as `sales-`, `-bot`, `sales-*` or `t[0-9]+`. Without the @ and the domain.", Shape.Text(RuleWriting.MaxAddress, 1))).Titled("Recipient looks like"),
            Shape.Object(
                Field.Required("type", "An address, a domain with its subdomains, or an address with `*` and `?`.", Shape.Word(null, "literal", "domain", "glob")),
                Field.Required("field", "The envelope sender.", Shape.Word(null, "from")),
                Field.Required("value", "Such as `boss@partner.example`, `<>` (mail without a sender), `partner.example` or `news-*@*.example`.", Shape.Text(RuleWriting.MaxAddress, 1))).Titled("Sender is")),
        100,
        1);

    private static OpenApiSchema Actions() => Shape.List(
        Shape.OneOf(
            Shape.Object(
                Field.Required("type", "To one destination.", Shape.Word(null, "forward")),
                Field.Required("value", "A verified destination address, or an address on a domain of this server, whose own rule is followed.", Shape.List(Shape.Text(RuleWriting.MaxAddress, 3), 1, 1))).Titled("Forward"),
            Shape.Object(
                Field.Required("type", "To several destinations.", Shape.Word(null, "forward_to_all")),
                Field.Required("value", "The destinations.", Shape.List(Shape.Text(RuleWriting.MaxAddress, 3), 100, 1))).Titled("Forward to all"),
            Shape.Object(
                Field.Required("type", "The sender hears 250, and the mail is gone.", Shape.Word(null, "drop")),
                Field.Optional("value", "Kept and shown, without effect.", Shape.List(Shape.Text(RuleWriting.MaxAddress), 100))).Titled("Drop"),
            Shape.Object(
                Field.Required("type", "The sender is refused at RCPT.", Shape.Word(null, "reject")),
                Field.Optional("code", "Of the SMTP reply: from 500 for good, below that for now.", Shape.Number(RuleWriting.MinRejectCode, RuleWriting.MaxRejectCode, RejectReply.DefaultCode)),
                Field.Optional("text", "What the sender reads.", Shape.Text(RejectReply.MaxText))).Titled("Reject")),
        1,
        1);

    private static OpenApiSchema PlannedActions() => Shape.List(
        Shape.Object(
            Field.Required("type", "Such as `forward`, `drop` or `worker`.", Shape.Text(20, 1)),
            Field.Optional("value", "Its destinations.", Shape.List(Shape.Text(320), 100))),
        1,
        1);
}
