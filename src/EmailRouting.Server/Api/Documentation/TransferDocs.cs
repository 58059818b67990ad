using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Rules.Transfer;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api.Documentation;

internal static class TransferDocs
{
    private static readonly TransferDocument Document = TransferDocument.Of(
        [new TransferAddress { Email = Example.Inbox, Verified = Example.At }],
        [
            new TransferZone
            {
                Name = Example.Domain,
                Enabled = true,
                SupportSubaddress = false,
                SkipWizard = false,
                Policy = PolicyChange.To(InboundPolicy.Off),
                Rules = [new RuleRecord { Pattern = "hello@example.com", Action = RuleRecord.Forward, To = [Example.Inbox], Enabled = true, Name = "Hello", CreatedAt = Example.At }],
            },
        ]) with
    {
        ExportedAt = Example.At,
        OwnedDomains = [Example.OwnedDomain],
        Senders = [new TransferSender { Entry = "192.0.2.0/24", Allowed = false, Note = "sends nothing but spam" }],
    };

    public static readonly OperationDoc Export = new(
        "Export",
        ApiTag.Transfer,
        "Domains with their policies, destination addresses and rules as one document",
        "What stands in `result` is what an import takes. Tokens, mail and history are not in it. Takes `rules:read`, `addresses:read` and `zones:read` too; a token that is limited to domains gets those. "
            + "With `format=csv` the answer is the rules alone, as text with the headings that an import knows; what a spreadsheet would take for a formula stands behind a quote.",
        AnswerDoc.Of(Document))
    {
        Query = [QueryDoc.Word("format", "`json`, or `csv` for the rules alone, without the envelope.", "json", "json", "csv")],
    };

    public static readonly OperationDoc Import = new(
        "Import",
        ApiTag.Transfer,
        "Bring in an export, Cloudflare's rules, a Postfix table or CSV",
        """
        The body is the file as it is. All of it comes in, or nothing does and every problem is told with its line. Domains that are missing are added, rules that are there already
        are changed where they differ, and nothing is removed. `waiting` are rules whose destinations have not been verified: their owners are asked, and the same import brings them later.

        Try it with `dry_run=true` first. Takes `rules:edit`, `addresses:edit` and `zones:edit` too, and a token that is not limited to domains.
        """,
        AnswerDoc.Of(new ImportReport(
            IsStored: true,
            [],
            [],
            RulesUnchanged: 1,
            RulesChanged: 1,
            [new RuleImport(RuleEventKind.Created, "jobs@example.com", [new FieldChange("pattern", null, "jobs@example.com")])],
            [],
            [])))
    {
        Query =
        [
            QueryDoc.Word("format", "What the file is.", "auto", "auto", "emailrouting", "cloudflare", "postfix", "csv"),
            QueryDoc.Flag("dry_run", "Says what would change, and changes nothing."),
            QueryDoc.Flag("verified", "Vouches for all destinations in the file; takes the scope `addresses:verify`."),
            QueryDoc.Text("domain", "Of addresses that stand without one."),
        ],
        Body = new BodyDoc(
            () => Shape.Text(),
            new BodyExample("A spreadsheet", "address,destination,enabled,notes\njobs@example.com,you@inbox.example,yes,for the new team\n"),
            new BodyExample("A Postfix table of virtual aliases", "# hello is there already\nhello@example.com  you@inbox.example\njobs@example.com   you@inbox.example, colleague@inbox.example\n"),
            new BodyExample("An export", """
                { "format": "emailrouting", "version": 1, "zones": [{ "name": "example.com", "rules": [{ "pattern": "jobs@example.com", "action": "drop", "enabled": true }] }] }
                """))
        {
            MediaType = "text/plain",
            Limit = JsonBody.Large,
        },
        Errors =
        [
            ApiErrors.Forbidden("to bring in verified addresses takes the scope addresses:verify"),
            ApiErrors.Invalid("Line 2: there is no destination."),
        ],
    };
}
