namespace EmailRouting.Server.Api.Documentation;

/// <summary>One installation that all examples are about: what one of them makes, another one reads.</summary>
internal static class Example
{
    public const string AccountId = "01a214d737887424b5a6e92f4428fc82";
    public const string TokenId = "01a214d75ec971bab99eb1657df12460";
    public const string PersonId = "01a214d7e0a47c55b2f4c3a8a5d0a9e4";
    public const string ZoneId = "01a214d76c657abe97ba975431781f85";
    public const string SubdomainId = "01a214d7c560783eae19bb6a11936f6e";
    public const string RuleId = "01a214d7b4357000a0ae4c786bf90dae";
    public const string AddressId = "01a214d7c2ea7e8bb7cacc52fdde14b3";
    public const string SenderId = "01a214d7d1a37c05b1d7f3a8a5d0a9e4";
    public const string MessageId = "06zbh4g7tc1w0";
    public const string DeliveryId = "06zbh4g7tc1w2";
    public const string Domain = "example.com";
    public const string Inbox = "you@inbox.example";
    public const string OwnedDomain = "inbox.example";

    public static readonly DateTimeOffset At = new(2026, 11, 25, 22, 33, 30, 405, TimeSpan.Zero);

    public static readonly AccountResource Account = new(Id(AccountId), Api.Account.Name, "standard", At.AddMinutes(-5));

    public static readonly ZoneResource Zone = new(
        Id(ZoneId), Domain, "active", Paused: false, "full", new ZoneAccount(Id(AccountId), Api.Account.Name), At, At, At);

    public static readonly RuleResource Rule = new(
        Id(RuleId),
        Id(RuleId),
        Enabled: true,
        "api",
        [new MatcherResource("literal") { Field = "to", Value = "hello@example.com" }],
        [new ActionResource("forward") { Value = [Inbox] }])
    {
        Name = "Hello",
        Priority = 0,
    };

    public static readonly RuleResource CatchAll = new(
        Id("01a214d76c657abe97ba975431781f84"),
        Id("01a214d76c657abe97ba975431781f84"),
        Enabled: true,
        "api",
        [new MatcherResource("all")],
        [new ActionResource("reject") { Code = 550, Text = "No such person" }])
    {
        Name = "Everybody else",
    };

    /// <summary>Its owner has not answered yet.</summary>
    public static readonly AddressResource NewAddress = new(Id(AddressId), Id(AddressId), "me@elsewhere.example", At, At, null);

    public static readonly AddressResource Address = NewAddress with { Email = Inbox, Verified = At.AddMinutes(10), Modified = At.AddMinutes(10) };

    public static readonly SettingsResource Settings = new(
        Id(ZoneId), Id(ZoneId), Domain, Enabled: true, At, At, SkipWizard: false, "ready", SupportSubaddress: false, []);

    public static Guid Id(string text) => Guid.ParseExact(text, "N");
}
