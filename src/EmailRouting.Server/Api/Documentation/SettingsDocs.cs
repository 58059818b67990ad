using EmailRouting.Policy;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

internal static class SettingsDocs
{
    private static readonly ApiFailure NotASubdomain = ApiErrors.Invalid("must be a a subdomains of example.com");

    private static readonly BodyDoc Change = new(
        () => Shape.Object(
            Field.Optional("support_subaddress", "Whether `user+tag@` goes by the rule of `user@` where it has none of its own (RFC 5233).", Shape.Flag()),
            Field.Optional("contact", "A verified destination address that gets `postmaster@` and `abuse@`; null to have it found by the rules.", Shape.Text(254).OrNull()),
            Field.Optional("profile", "What is done to the mail that is forwarded for the zone: `transparent` (nothing), `authenticated`, or parts of it, separated by commas: `srs` (the envelope sender is rewritten to an address of the zone, and reports to it are told to the sender), `trace` (`Received` and `Authentication-Results` are put in front of the message), `arc` (an ARC set is put in front of it).", Shape.Text(40)),
            Field.Optional("policy", "What is done with mail that arrives. What is left out stays as it is.", PolicyShape()),
            Field.Optional("skip_wizard", "Kept and shown, for clients that set it.", Shape.Flag()),
            Field.Optional("enabled", "Known, and without effect here: see `enable` and `disable`.", Shape.Flag())),
        new BodyExample("Sub-addressing", """{ "support_subaddress": true }"""),
        new BodyExample("The authenticated profile", """{ "profile": "authenticated" }"""),
        new BodyExample("A contact", """{ "contact": "you@inbox.example" }"""),
        new BodyExample("Refuse what is forged", """{ "policy": { "spf": "reject", "dmarc": "reject" } }"""),
        new BodyExample(
            "Everything, with a block list",
            """{ "policy": { "preset": "reject", "block_list_zones": ["zen.spamhaus.org"], "address_rate": 500, "network_rate": null, "greylisting": false } }"""));

    private static readonly ApiFailure Unverified = new(StatusCodes.Status400BadRequest, ApiError.At(
        ApiErrors.NotVerified, "Destination address is not verified: The destination you@inbox.example is not verified; verify it first.", "/contact"));

    private static readonly ApiFailure NotAFlag = ApiErrors.Invalid([
        ApiError.At(ApiErrors.InvalidInput, "Invalid Input: support_subaddress must be true or false, not a text", "/support_subaddress"),
    ]);

    /// <summary>For requests that may name a subdomain.</summary>
    public static readonly BodyDoc Part = new(PartShape, new BodyExample("The zone itself", "{}")) { IsOptional = true };

    public static readonly OperationDoc Get = new(
        "GetRoutingSettings",
        ApiTag.Settings,
        "Get the settings",
        "`status` is `ready`, `misconfigured` (the MX record in the DNS does not name this server), `unlocked` (the same is not looked at) or `unconfigured` (no mail is received). Subdomains that are domains of this server are listed with theirs. `policy` says what is done with mail that arrives, check by check: `off`, `tag` (written down in the activity log), `quarantine` (held in the queue) or `reject`.",
        AnswerDoc.Of(Example.Settings))
    {
        HasRevision = true,
    };

    public static readonly OperationDoc Edit = new(
        "EditRoutingSettings", ApiTag.Settings, "Change some settings", "What is left out stays as it is.", AnswerDoc.Of(Example.Settings with { SupportSubaddress = true }))
    {
        HasRevision = true,
        TakesIfMatch = true,
        Body = Change,
        Errors = [Unverified, NotAFlag],
    };

    public static readonly OperationDoc Update = Edit with
    {
        Name = "UpdateRoutingSettings",
        Summary = "Change settings, for clients that put",
        Description = "Does the same as `PATCH`: what is left out stays as it is.",
    };

    public static readonly OperationDoc Enable = Switch("EnableRouting", "Receive mail for the zone", "Mail is received for the zone, or for the subdomain that the body names.", Example.Settings);

    public static readonly OperationDoc Disable = Switch(
        "DisableRouting",
        "Receive no mail for the zone",
        "Mail for the zone, or for the subdomain that the body names, is refused; its rules stay.",
        Example.Settings with { Enabled = false, Status = "unconfigured" });

    public static readonly OperationDoc Unlock = Switch(
        "UnlockRouting",
        "Note that the DNS records may be changed",
        "From now on `status` does not look at the DNS. `POST …/email/routing/dns` takes it back.",
        Example.Settings with { Status = "unlocked" });

    public static readonly OperationDoc List = new(
        "ListRoutingZones", ApiTag.Settings, "List the settings of every zone", "Those that the token reaches.", AnswerDoc.Page(Example.Settings))
    {
        Query = [QueryDoc.Page, QueryDoc.PerPage],
    };

    private static OpenApiSchema PolicyShape() => Shape.Object(
        Field.Optional("preset", "Begin with this, whatever it was before; the lists of names stay.", Shape.Word(null, "off", "tag", "reject")),
        Field.Optional("sender_domain", "Sender domains that take no mail or are not there.", Action()),
        Field.Optional("block_lists", "Clients on one of the lists.", Action()),
        Field.Optional("block_list_zones", "DNS block lists to ask.", Shape.List(Shape.Text(253, 1), InboundPolicy.MaxZones)),
        Field.Optional("address_rate", "Messages an hour from one address, an IPv6 /64 being one; null or 0: no limit.", Shape.Number(0, PolicyChange.MaxRate).OrNull()),
        Field.Optional("network_rate", "Messages an hour from one network, a /24 or an IPv6 /48; null or 0: no limit.", Shape.Number(0, PolicyChange.MaxRate).OrNull()),
        Field.Optional("greylisting", "Whether a stranger's first message is put off once.", Shape.Flag()),
        Field.Optional("spf", "Clients that the sender's domain says are none of its own.", Action()),
        Field.Optional("dkim", "Signed messages of whose signatures none holds.", Action()),
        Field.Optional("dmarc", "Messages that the domain in From does not stand behind: done as that domain asks, and no more than this.", Action()),
        Field.Optional("trusted_sealers", "Domains of earlier handlers whose word is taken (ARC) that DMARC had passed.", Shape.List(Shape.Text(253, 1), InboundPolicy.MaxSealers)),
        Field.Optional("rspamd", "What rspamd says of the content, where `Policy:Rspamd` names one.", Action()));

    private static OpenApiSchema Action() => Shape.Word(null, "off", "tag", "quarantine", "reject");

    public static OpenApiSchema PartShape() => Shape.Object(Field.Optional("name", "A subdomain of the zone; left out: the zone itself.", Shape.Text(253)));

    private static OperationDoc Switch(string name, string summary, string description, SettingsResource after) => new(name, ApiTag.Settings, summary, description, AnswerDoc.Of(after))
    {
        HasRevision = true,
        Body = Part,
        Errors = [ApiErrors.Missing("subdomain sub.example.com: POST …/email/routing/dns with its name adds it"), NotASubdomain],
    };
}
