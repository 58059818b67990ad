using EmailRouting.Rules;

namespace EmailRouting.Server.Api.Documentation;

internal static class RuleDocs
{
    private static readonly ApiFailure Missing = ApiErrors.Missing("rule");
    private static readonly ApiFailure NotTheCatchAll = RuleWriting.InvalidOperation();

    private static readonly ApiFailure Unverified = new(StatusCodes.Status400BadRequest, ApiError.At(
        ApiErrors.NotVerified, "Destination address is not verified: The destination you@inbox.example is not verified; verify it first.", "/actions"));

    private static readonly ApiFailure Taken = ApiErrors.Conflicts(ApiErrors.DuplicateRule, "Duplicated Zone rule: There is already a rule for hello@example.com.");

    // Several at once, each with its place in the body.
    private static readonly ApiFailure Unsound = ApiErrors.Invalid([
        ApiError.At(ApiErrors.InvalidInput, "Invalid Input: matchers[0].value 'hello@elsewhere.example' must be an address of example.com", "/matchers/0/value"),
        ApiError.At(ApiErrors.InvalidInput, "Invalid Input: priority must be a whole number from 0, not a text", "/priority"),
    ]);

    private static readonly ApiFailure NoDomain = ApiErrors.Missing("domain sub.example.com; add it first");

    private static readonly QueryDoc[] Filters =
    [
        QueryDoc.Page,
        QueryDoc.PerPage,
        QueryDoc.Flag("enabled", "Only those that are enabled, or only those that are not."),
        QueryDoc.Id("destination_id", "Only those that forward to this destination address, or fall back to it."),
        QueryDoc.Text("label", "Only those with this label."),
        QueryDoc.Text("search", "Only those with this text in their address, name, notes or destinations."),
        QueryDoc.Word("order", "What the list is sorted by.", "created", "created"),
        QueryDoc.Direction("asc", "In the order of their making"),
    ];

    private static readonly BodyExample[] Examples =
    [
        new("One address to one inbox", """
            {
              "name": "Hello",
              "matchers": [{ "type": "literal", "field": "to", "value": "hello@example.com" }],
              "actions": [{ "type": "forward", "value": ["you@inbox.example"] }]
            }
            """),
        new("A pattern, from one sender's domain, to several inboxes", """
            {
              "matchers": [
                { "type": "prefix", "field": "to", "value": "sales-" },
                { "type": "domain", "field": "from", "value": "partner.example" }
              ],
              "actions": [{ "type": "forward_to_all", "value": ["you@inbox.example", "colleague@inbox.example"] }],
              "labels": ["sales"],
              "notes": "Until the new team has an inbox of its own.",
              "expires_at": "2099-12-31T23:59:59Z"
            }
            """),
        new("With somewhere to turn to after half an hour", """
            {
              "matchers": [{ "type": "literal", "field": "to", "value": "urgent@example.com" }],
              "actions": [{ "type": "forward", "value": ["you@inbox.example"] }],
              "fallback": { "destination": "colleague@inbox.example", "after_minutes": 30 }
            }
            """),
        new("Refuse what a regular expression matches", """
            {
              "matchers": [{ "type": "regex", "field": "to", "value": "old[0-9]+" }],
              "actions": [{ "type": "reject", "code": 550, "text": "This address is no longer in use" }]
            }
            """),
        new("Take the mail and throw it away", """
            {
              "matchers": [{ "type": "literal", "field": "to", "value": "noreply@example.com" }],
              "actions": [{ "type": "drop" }]
            }
            """),
    ];

    public static readonly OperationDoc List = new(
        "ListRules", ApiTag.Rules, "List rules, the catch-all among them", "Those of the zone and of its subdomains, oldest first.", AnswerDoc.Page(Example.Rule))
    {
        Query = Filters,
    };

    public static readonly OperationDoc ListOfAccount = new(
        "ListAccountRules",
        ApiTag.Rules,
        "List the rules of every zone",
        "Those that the token reaches; each says in `zone` where it belongs.",
        AnswerDoc.Page(Example.Rule with { Zone = new RuleZone(Example.Domain, Example.Id(Example.ZoneId)) }))
    {
        Query = Filters,
    };

    public static readonly OperationDoc Create = new(
        "CreateRule",
        ApiTag.Rules,
        "Create a rule",
        """
        In force within a second. Destinations must be verified first.

        There may be several rules for one address where they differ in their senders. `explain` tells which one a mail will meet.
        """,
        AnswerDoc.Of(Example.Rule))
    {
        HasRevision = true,
        Body = new BodyDoc(RuleShapes.Whole, Examples),
        Errors = [Unverified, NoDomain, Taken, NotTheCatchAll, Unsound],
    };

    public static readonly OperationDoc Get = new("GetRule", ApiTag.Rules, "Get a rule", "Its `ETag` is what `If-Match` takes when the rule is changed.", AnswerDoc.Of(Example.Rule))
    {
        HasRevision = true,
        Errors = [Missing, NotTheCatchAll],
    };

    public static readonly OperationDoc Update = new(
        "UpdateRule",
        ApiTag.Rules,
        "Replace a rule",
        "What is left out goes back to what a new rule has; but `expires_at`, `fallback`, `notes` and `labels` stay as they are until they are named: clients that do not know them are not to lose them for others.",
        AnswerDoc.Of(Example.Rule))
    {
        HasRevision = true,
        TakesIfMatch = true,
        Body = new BodyDoc(RuleShapes.Whole, Examples[0]),
        Errors = [Unverified, Missing, NoDomain, Taken, NotTheCatchAll, Unsound],
    };

    public static readonly OperationDoc Edit = new(
        "EditRule", ApiTag.Rules, "Change some of a rule", "What is left out stays as it is.", AnswerDoc.Of(Example.Rule with { Enabled = false }))
    {
        HasRevision = true,
        TakesIfMatch = true,
        Body = new BodyDoc(
            RuleShapes.Part,
            new BodyExample("Switch it off", """{ "enabled": false }"""),
            new BodyExample("Forward elsewhere", """{ "actions": [{ "type": "forward", "value": ["colleague@inbox.example"] }] }""")),
        Errors = [Unverified, Missing, NoDomain, Taken, NotTheCatchAll, Unsound],
    };

    public static readonly OperationDoc Delete = new(
        "DeleteRule", ApiTag.Rules, "Remove a rule", "The answer is the rule as it was. Its history stays, and can bring it back.", AnswerDoc.Of(Example.Rule))
    {
        TakesIfMatch = true,
        Errors = [Missing, NotTheCatchAll],
    };

    public static readonly OperationDoc GetCatchAll = new(
        "GetCatchAll", ApiTag.Rules, "Get the catch-all rule", "For every address of the zone that has no rule. Where none was ever set there is one that is not enabled.", AnswerDoc.Of(Example.CatchAll))
    {
        HasRevision = true,
    };

    public static readonly OperationDoc UpdateCatchAll = new(
        "UpdateCatchAll", ApiTag.Rules, "Set the catch-all rule", "It cannot be removed: `\"enabled\": false` refuses unknown addresses again.", AnswerDoc.Of(Example.CatchAll))
    {
        HasRevision = true,
        TakesIfMatch = true,
        Body = new BodyDoc(
            RuleShapes.CatchAll,
            new BodyExample("Refuse, in your own words", """
                {
                  "name": "Everybody else",
                  "enabled": true,
                  "matchers": [{ "type": "all" }],
                  "actions": [{ "type": "reject", "code": 550, "text": "No such person" }]
                }
                """),
            new BodyExample("Forward everything else", """
                { "enabled": true, "matchers": [{ "type": "all" }], "actions": [{ "type": "forward", "value": ["you@inbox.example"] }] }
                """)),
        Errors = [Unverified, ApiErrors.Invalid("the matcher of a catch-all is {\"type\": \"all\"}")],
    };

    public static readonly OperationDoc Bulk = new(
        "BulkRules",
        ApiTag.Rules,
        "Delete, update and create rules in one transaction",
        $"All edits are made, or none is: then every error says at which entry it stands. In the order delete, update, create, so that a rule can make room for another. Up to {RuleBulkEndpoints.MaxEdits:N0} of each.",
        AnswerDoc.Of(new BulkResult(
            DryRun: false, [], [Example.Id(Example.RuleId)], [Example.Id("01a214d7c2497000adafa125b738a776")])))
    {
        Body = new BodyDoc(
            RuleShapes.Bulk,
            new BodyExample("One changed, one new", $$"""
                {
                  "update": [{ "id": "{{Example.RuleId}}", "enabled": false }],
                  "create": [
                    {
                      "matchers": [{ "type": "literal", "field": "to", "value": "jobs@example.com" }],
                      "actions": [{ "type": "forward", "value": ["you@inbox.example"] }]
                    }
                  ]
                }
                """),
            new BodyExample("Would it work?", $$"""{ "dry_run": true, "delete": [{ "id": "{{Example.RuleId}}" }] }"""))
        {
            Limit = JsonBody.Large,
        },
        Errors =
        [
            new ApiFailure(StatusCodes.Status400BadRequest, ApiError.At(
                ApiErrors.NotVerified, "Destination address is not verified: The destination you@inbox.example is not verified; verify it first.", "/create/0/actions")),
            NoDomain,
            ApiErrors.Conflicts(ApiErrors.DuplicateRule, "Duplicated Zone rule: There is already a rule for jobs@example.com."),
            ApiErrors.HasChanged($"The rule {Example.RuleId} has been changed since: it is at revision 4, not 3. Read it again."),
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: update[0].id is missing: of a rule of this zone", "/update/0/id")]),
        ],
    };

    public static readonly OperationDoc Explain = new(
        "Explain",
        ApiTag.Rules,
        "What would happen to a mail",
        "Which rule wins, why the others do not, where the mail goes, what its sender is told command by command, and whether the destination will be able to authenticate it (`good`, `sealed`: only with trust in our ARC seal, `weak`: it may be taken for spam, `bad`: its domain asks to have such mail refused, `open`: it depends on what is not known). Nothing is sent.",
        AnswerDoc.Of(new Explanation(
            "boss@partner.example",
            "hello@example.com",
            "forward",
            Example.Id(Example.RuleId),
            [new DestinationResource(Example.Inbox)],
            [
                new CandidateResource("hello@example.com", Example.Id(Example.RuleId), Wins: true, "the first that applies"),
                new CandidateResource("*@example.com", Example.CatchAll.Id, Wins: false, "another goes first"),
            ],
            [
                new StepResource(0, "hello@example.com", ChainOutcome.Followed, Example.Id(Example.RuleId)),
                new StepResource(1, Example.Inbox, ChainOutcome.Target, null),
            ],
            [
                new ReplyResource("MAIL FROM", 250, "2.1.0", "Sender OK"),
                new ReplyResource("RCPT TO", 250, "2.1.5", "Recipient OK"),
            ])
        {
            Forecast = new ForecastResource(
                "weak",
                "If partner.example signs its mail (DKIM), the destination can authenticate the mail: the signature stays valid. If not: SPF of partner.example does not know this server, and nothing else stands behind the mail: it may be taken for spam. With SRS, of the authenticated profile for example.com, SPF passes."),
        }))
    {
        Body = new BodyDoc(
            RuleShapes.Explain,
            new BodyExample("Mail from a partner", """{ "from": "boss@partner.example", "to": "hello@example.com" }"""),
            new BodyExample("A large bounce", """{ "from": "<>", "to": "hello@example.com", "size": 50000000 }""")),
        Errors =
        [
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: to 'hello@elsewhere.example' must be an address of example.com", "/to")]),
            ApiErrors.NotNow("The rules are not loaded yet"),
        ],
    };

    public static readonly OperationDoc Plan = new(
        "PlanRules",
        ApiTag.Rules,
        "Compare rules that a tool owns with what it wants",
        "For tools that deploy rules: what would be added, updated and deleted, and where somebody else's rule is in the way (`conflict`). Nothing is changed; zones without changes are left out.",
        AnswerDoc.Of(new RulePlan([new PlannedZone(Example.Id(Example.ZoneId), Example.Domain, [new PlanChange("added", "support@example.com")])])))
    {
        Body = new BodyDoc(RuleShapes.Plan, new BodyExample("One address", """
            {
              "owner_worker_tag": "deploy",
              "rules": [
                {
                  "matchers": [{ "type": "literal", "field": "to", "value": "support@example.com" }],
                  "actions": [{ "type": "forward", "value": ["you@inbox.example"] }]
                }
              ],
              "catch_all_rules": []
            }
            """)),
        Errors =
        [
            new ApiFailure(StatusCodes.Status400BadRequest, new ApiError(ApiErrors.UnknownDomain, "Unknown Email Routing domain: elsewhere.example")),
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: owner_worker_tag is missing: the tool that owns the rules", "/owner_worker_tag")]),
        ],
    };
}
