using System.CommandLine;
using System.Globalization;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary><c>domain policy DOMAIN</c>: shows what is done with mail that arrives, or changes it.</summary>
internal static class DomainPolicyCommand
{
    private const string None = "none";

    public static Command Build(CommandFrame frame)
    {
        var name = new Argument<string>("DOMAIN") { Description = "Such as example.com." };
        Option<string?> preset = Words("--preset", "Begin with this, whatever it was before.", "off", "tag", "reject");
        Option<string?> senderDomain = Action("--sender-domain", "Sender domains that take no mail or are not there.");
        Option<string?> blockLists = Action("--block-lists", "Clients on a DNS block list.");
        Option<string[]> zones = Names("--block-list", "A DNS block list to ask; may be given several times, none for no list.");
        Option<string?> addressRate = Rate("--address-rate", "Messages an hour from one address.");
        Option<string?> networkRate = Rate("--network-rate", "Messages an hour from one network.");
        Option<string?> greylisting = Words("--greylisting", "Whether a stranger's first message is put off once.", "on", "off");
        Option<string?> spf = Action("--spf", "Clients that the sender's domain says are none of its own.");
        Option<string?> dkim = Action("--dkim", "Signed messages of whose signatures none holds.");
        Option<string?> dmarc = Action("--dmarc", "Messages that the domain in From does not stand behind.");
        Option<string[]> sealers = Names("--trusted-sealer", "A handler whose ARC seal is believed; may be given several times, none for nobody.");
        Option<string?> rspamd = Action("--rspamd", "What rspamd says of the content.");
        Symbol[] symbols = [name, preset, senderDomain, blockLists, zones, addressRate, networkRate, greylisting, spf, dkim, dmarc, sealers, rspamd];
        return frame.Command("policy", "Shows or changes what is done with mail that arrives for a domain.", createsDatabase: false, symbols, async (parsed, session, cancellation) =>
        {
            string domain = parsed.GetRequiredValue(name);
            var change = new PolicyChange
            {
                Preset = WordOf<PolicyPreset>(parsed.GetValue(preset)),
                SenderDomain = WordOf<PolicyAction>(parsed.GetValue(senderDomain)),
                BlockLists = WordOf<PolicyAction>(parsed.GetValue(blockLists)),
                BlockListZones = NamesOf(parsed.GetValue(zones)),
                AddressRate = RateOf(parsed.GetValue(addressRate)),
                NetworkRate = RateOf(parsed.GetValue(networkRate)),
                Greylisting = parsed.GetValue(greylisting) is { } on ? on == "on" : null,
                Spf = WordOf<PolicyAction>(parsed.GetValue(spf)),
                Dkim = WordOf<PolicyAction>(parsed.GetValue(dkim)),
                Dmarc = WordOf<PolicyAction>(parsed.GetValue(dmarc)),
                TrustedSealers = NamesOf(parsed.GetValue(sealers)),
                Rspamd = WordOf<PolicyAction>(parsed.GetValue(rspamd)),
            };
            if (change == new PolicyChange())
            {
                await ShowAsync(domain, session, cancellation);
                return;
            }

            session.Report(await session.Rules.ChangeDomainAsync(domain, new DomainChange { Policy = change }, cancellation), $"The policy of {domain} is changed.");
        });
    }

    public static Option<string?> Preset() => Words("--policy", "What is done with mail that arrives; unless told, what Policy:Default says.", "off", "tag", "reject");

    public static T? WordOf<T>(string? word)
        where T : struct, Enum => word is null ? null : Enum.Parse<T>(word, ignoreCase: true);

    private static async Task ShowAsync(string text, CommandSession session, CancellationToken cancellation)
    {
        await using RulesDb db = session.Database.CreateDbContext();
        Domain domain = DomainName.TryParse(text, out string? name) && await db.Domains.AsNoTracking().SingleOrDefaultAsync(d => d.Name == name, cancellation) is { } found
            ? found
            : throw new CommandException($"There is no domain {text}.");
        var policy = InboundPolicy.FromText(domain.Policy);
        (string Setting, string Value)[] lines =
        [
            ("sender-domain", policy.SenderDomain.Word()),
            ("block-lists", policy.BlockLists.Word()),
            ("block-list", Joined(policy.BlockListZones)),
            ("address-rate", policy.AddressRate?.ToString(CultureInfo.InvariantCulture) ?? None),
            ("network-rate", policy.NetworkRate?.ToString(CultureInfo.InvariantCulture) ?? None),
            ("greylisting", policy.Greylisting ? "on" : "off"),
            ("spf", policy.Spf.Word()),
            ("dkim", policy.Dkim.Word()),
            ("dmarc", policy.Dmarc.Word()),
            ("trusted-sealer", Joined(policy.TrustedSealers)),
            ("rspamd", policy.Rspamd.Word()),
        ];
        session.Output.Write(lines.Select(line => new { line.Setting, line.Value }).ToList(), ["SETTING", "VALUE"], line => [line.Setting, line.Value]);
    }

    private static string Joined(IReadOnlyCollection<string> names) => names.Count == 0 ? None : string.Join(' ', names);

    private static Option<string?> Action(string name, string description) => Words(name, description, "off", "tag", "quarantine", "reject");

    private static Option<string?> Words(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', words) };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private static Option<string[]> Names(string name, string description) => new(name) { Description = description, HelpName = "NAME|none" };

    private static Option<string?> Rate(string name, string description) => new(name) { Description = description, HelpName = "N|none" };

    private static string[]? NamesOf(string[]? names) => names is null or [] ? null : names is [None] ? [] : names;

    private static int? RateOf(string? text) => text switch
    {
        null => null,
        None => 0,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rate) => rate,
        _ => throw new CommandException($"'{text}' is no number of messages an hour, and not none either.", CommandLine.WrongUsage),
    };
}
