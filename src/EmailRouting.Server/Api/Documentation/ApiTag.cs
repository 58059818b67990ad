namespace EmailRouting.Server.Api.Documentation;

/// <summary>The chapters of the document, in their order.</summary>
internal static class ApiTag
{
    public const string Tokens = "Tokens";
    public const string People = "People";
    public const string Accounts = "Accounts";
    public const string Zones = "Zones";
    public const string Addresses = "Addresses";
    public const string Rules = "Rules";
    public const string History = "History";
    public const string Activity = "Activity";
    public const string Queue = "Queue";
    public const string Settings = "Settings";
    public const string Dns = "DNS";
    public const string Transfer = "Import and export";

    public static readonly (string Name, string Description)[] All =
    [
        (Tokens, "Does my token work, and who am I? The first is made on the command line: `token create --name NAME`."),
        (People, "Who may sign in to the dashboard, and as what."),
        (Accounts, "There is one account, this installation. Destination addresses belong to it, not to a zone, and so do lists over all zones."),
        (Zones, "A zone is a domain that this server receives mail for. Adding one here makes its rules possible; publishing its MX record brings its mail."),
        (Addresses, "Inboxes that rules may forward to. Each is verified first: its owner is sent a mail with a link that is good for 24 hours."),
        (Rules, "Who gets what. A rule has matchers (for whom it is) and one action (what happens): forward, drop or reject."),
        (History, "Who changed which rule, when and how; and the way back."),
        (Activity, "What happened to each message: how it came in, every attempt to hand it on, and counts."),
        (Queue, "What is accepted and still owed to an inbox, and what you may do about it."),
        (Settings, "Email routing of a zone: on or off, and what goes with it."),
        (Dns, "The records that the owner of a domain publishes, and whether they are seen. This server does not edit the DNS."),
        (Transfer, "Everything out as one document and in again, and in from elsewhere."),
    ];
}
