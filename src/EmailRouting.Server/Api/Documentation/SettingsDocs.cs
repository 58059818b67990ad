using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

internal static class SettingsDocs
{
    private static readonly ApiFailure NotASubdomain = ApiErrors.Invalid("must be a a subdomains of example.com");

    private static readonly BodyDoc Change = new(
        () => Shape.Object(
            Field.Optional("support_subaddress", "Whether `user+tag@` goes by the rule of `user@` where it has none of its own (RFC 5233).", Shape.Flag()),
            Field.Optional("contact", "A verified destination address that gets `postmaster@` and `abuse@`; null to have it found by the rules.", Shape.Text(254).OrNull()),
            Field.Optional("skip_wizard", "Kept and shown, for clients that set it.", Shape.Flag()),
            Field.Optional("enabled", "Known, and without effect here: see `enable` and `disable`.", Shape.Flag())),
        new BodyExample("Sub-addressing", """{ "support_subaddress": true }"""),
        new BodyExample("A contact", """{ "contact": "you@inbox.example" }"""));

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
        "`status` is `ready`, `misconfigured` (the MX record in the DNS does not name this server), `unlocked` (the same is not looked at) or `unconfigured` (no mail is received). Subdomains that are domains of this server are listed with theirs.",
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

    public static OpenApiSchema PartShape() => Shape.Object(Field.Optional("name", "A subdomain of the zone; left out: the zone itself.", Shape.Text(253)));

    private static OperationDoc Switch(string name, string summary, string description, SettingsResource after) => new(name, ApiTag.Settings, summary, description, AnswerDoc.Of(after))
    {
        HasRevision = true,
        Body = Part,
        Errors = [ApiErrors.Missing("subdomain sub.example.com: POST …/email/routing/dns with its name adds it"), NotASubdomain],
    };
}
