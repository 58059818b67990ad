using EmailRouting.Diagnosis;

namespace EmailRouting.Server.Api.Documentation;

internal static class DnsDocs
{
    private static readonly ApiFailure NotASubdomain = ApiErrors.Invalid("must be a a subdomains of example.com");

    private static readonly DnsRecordResource Exchange = new("MX", Example.Domain, "mx.example.net", 1) { Priority = 10 };

    private static readonly DnsRecordResource Policy = new("TXT", Example.Domain, "v=spf1 mx ~all", 1);

    public static readonly OperationDoc Get = new(
        "GetRoutingDns",
        ApiTag.Dns,
        "The DNS records to publish",
        "A list; with `subdomain` an object `{\"record\": […], \"errors\": []}`, as clients expect. A `ttl` of 1 leaves it to the DNS host.",
        AnswerDoc.Of<IReadOnlyList<DnsRecordResource>>([Exchange, Policy]))
    {
        Query = [QueryDoc.Text("subdomain", "The records of this subdomain of the zone, such as `news.example.com`.")],
        Errors = [NotASubdomain],
    };

    public static readonly OperationDoc Create = new(
        "CreateRoutingDns",
        ApiTag.Dns,
        "Receive mail for the zone, or for a subdomain",
        "Adds the subdomain where it is not there yet, switches receiving on, and has `status` look at the DNS.",
        AnswerDoc.Of(Example.Settings with
        {
            Subdomains = [new SubdomainResource(Example.Id(Example.SubdomainId), Example.Id(Example.SubdomainId), "news.example.com", Enabled: true, "misconfigured")],
        }))
    {
        HasRevision = true,
        Body = new BodyDoc(
            SettingsDocs.PartShape,
            new BodyExample("A subdomain", """{ "name": "news.example.com" }"""),
            new BodyExample("The zone itself", "{}"))
        {
            IsOptional = true,
        },
        Errors = [NotASubdomain],
    };

    public static readonly OperationDoc Edit = SettingsDocs.Unlock with { Name = "EditRoutingDns", Tag = ApiTag.Dns, Description = $"{SettingsDocs.Unlock.Description} Does the same as `POST …/email/routing/unlock`." };

    public static readonly OperationDoc Delete = SettingsDocs.Disable with { Name = "DeleteRoutingDns", Tag = ApiTag.Dns, Description = $"{SettingsDocs.Disable.Description} Does the same as `POST …/email/routing/disable`." };

    public static readonly OperationDoc Check = new(
        "CheckRoutingDns",
        ApiTag.Dns,
        "Whether the DNS records are published",
        "Each record with what is seen in its place, what is wrong with it and what to do. `ready`: everything that is required is there.",
        AnswerDoc.Of(new DnsCheck(
            Ready: false,
            [
                new DnsRecordCheck(
                    Exchange, Required: true, RecordState.Missing, [], "the domain does not exist in the DNS", "Register it or mend its delegation, then publish: example.com. MX 10 mx.example.net."),
                new DnsRecordCheck(Policy, Required: false, RecordState.Missing, [], "there is no SPF record", "Publish: example.com. TXT \"v=spf1 mx ~all\""),
            ])));
}
