using System.Net;
using EmailRouting.Dns;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Spf;
using EmailRouting.Network;
using EmailRouting.Smtp;
using Microsoft.Extensions.Options;

namespace EmailRouting.Policy;

/// <summary>Looks at mail that arrives as its domain wants it looked at: begins to ask early, and judges at the final dot.</summary>
public sealed class InboundCheck(
    IResolver resolver, OwnIdentity identity, IOptions<PolicyOptions> options, Rspamd rspamd, PolicyMetrics metrics, TimeProvider clock)
{
    private readonly SpfEvaluator _spf = new(resolver, identity.HostName, clock);
    private readonly AuthenticationVerdict _authentication = new(new AuthenticationCheck(resolver, clock));
    private readonly MessageRates _rates = new(clock);
    private readonly Greylist _greylist = new(clock);

    /// <summary>A client has connected. Returns at once; null where no domain asks anything about it.</summary>
    /// <param name="client">Its address.</param>
    /// <param name="needs">Of all domains.</param>
    public ClientLookups? BeginClient(IPAddress client, LookupNeeds needs)
    {
        if (needs.BlockListZones.IsEmpty)
        {
            return null;
        }

        var stop = new CancellationTokenSource();
        return new ClientLookups(needs.BlockListZones.ToDictionary(zone => zone, zone => BlockListLookup.AskAsync(resolver, client, zone, stop.Token)), stop);
    }

    /// <summary>MAIL has named a sender. Returns at once; null where no domain asks anything about it.</summary>
    /// <param name="client">Address of the client.</param>
    /// <param name="clientName">As it named itself.</param>
    /// <param name="sender">Null is the null reverse-path.</param>
    /// <param name="needs">Of all domains.</param>
    public SenderLookups? BeginSender(IPAddress client, string clientName, EmailAddress? sender, LookupNeeds needs)
    {
        bool asksDomain = needs.SenderDomain && IsAskable(sender);
        if (!needs.Spf && !asksDomain)
        {
            return null;
        }

        var stop = new CancellationTokenSource();
        return new SenderLookups(stop)
        {
            Spf = needs.Spf ? AskSpfAsync(client, clientName, sender, stop.Token) : null,
            SenderDomain = asksDomain ? SenderDomainLookup.AskAsync(resolver, sender!.Domain, stop.Token) : null,
        };
    }

    /// <summary>The final dot has been read: the checks, in their order. The first that refuses is the last.</summary>
    public async Task<PolicyVerdict> JudgeAsync(Arrival arrival, CancellationToken stopping)
    {
        long start = clock.GetTimestamp();
        using var end = new CancellationTokenSource(options.Value.Patience, clock);
        using CancellationTokenRegistration registration = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), end);
        var judgement = new Judgement(arrival.Policy.Inbound, metrics);

        _ = CheckLists(arrival, judgement)
            || await CheckSenderDomainAsync(arrival, judgement, end.Token)
            || await CheckBlockListsAsync(arrival, judgement, end.Token)
            || CheckRates(arrival, judgement)
            || await CheckGreylistAsync(arrival, judgement, end.Token)
            || await CheckAuthenticationAsync(arrival, judgement, end.Token)
            || await CheckContentAsync(arrival, judgement, end.Token);

        metrics.Judged(clock.GetElapsedTime(start));
        return judgement.Verdict;
    }

    /// <summary>The domain's own list goes before the one for all domains: its owner knows better who writes to him.</summary>
    private static bool CheckLists(Arrival arrival, Judgement judgement)
    {
        if ((arrival.Policy.Senders.Find(arrival.Client, arrival.Sender) ?? arrival.AllSenders.Find(arrival.Client, arrival.Sender)) is not { } entry)
        {
            return false;
        }

        if (entry.IsAllowed)
        {
            judgement.Trust();
            judgement.Note("list", "allowed", entry.Value, "on the allow list");
            return false;
        }

        PolicyAction action = arrival.Policy.IsReserved ? PolicyAction.Tag : PolicyAction.Reject;
        return judgement.Act(new Finding("list", "blocked", entry.Value, "on the block list", action), PolicyReplies.Blocked(entry.Value));
    }

    private async Task<bool> CheckSenderDomainAsync(Arrival arrival, Judgement judgement, CancellationToken end)
    {
        PolicyAction action = judgement.Policy.SenderDomain;
        if (action == PolicyAction.Off || !IsAskable(arrival.Sender))
        {
            return false;
        }

        string domain = arrival.Sender!.Domain;
        Task<SenderDomainState> lookup = arrival.SenderLookups?.SenderDomain ?? SenderDomainLookup.AskAsync(resolver, domain, end);
        switch (await lookup.OrAsync(SenderDomainState.NotAnswered, end))
        {
            case SenderDomainState.NullMx:
                return judgement.Act(new Finding("sender_domain", "null_mx", domain, "takes no mail", action), PolicyReplies.NullMx(domain));

            case SenderDomainState.Unknown:
                return judgement.Act(new Finding("sender_domain", "unknown", domain, "neither MX nor address", action), PolicyReplies.UnknownSenderDomain(domain));

            case SenderDomainState.NotAnswered:
                return judgement.Act(new Finding("sender_domain", "temperror", domain, "the DNS did not answer", IfRejecting(action)), PolicyReplies.SenderDomainNotAnswered(domain));

            default:
                return false;
        }
    }

    private async Task<bool> CheckBlockListsAsync(Arrival arrival, Judgement judgement, CancellationToken end)
    {
        InboundPolicy policy = judgement.Policy;
        if (!policy.AsksBlockLists)
        {
            return false;
        }

        (string Zone, Task<DnsAnswer<IPAddress>> Answer)[] lists = [.. policy.BlockListZones.Select(zone =>
            (zone, arrival.ClientLookups?.Of(zone) ?? BlockListLookup.AskAsync(resolver, arrival.Client, zone, end)))];
        foreach ((string zone, Task<DnsAnswer<IPAddress>> answer) in lists)
        {
            switch (BlockListLookup.IsListed(await answer.OrAsync(new DnsAnswer<IPAddress>.Failed("too late"), end)))
            {
                case true when judgement.Act(new Finding("block_list", "listed", zone, $"lists {arrival.Client}", policy.BlockLists), PolicyReplies.Listed(arrival.Client, zone)):
                    return true;

                case null:
                    // A list that is out of order refuses nobody, and keeps nobody waiting for its repair.
                    metrics.Silent("block_list");
                    judgement.Note("block_list", "temperror", zone, "did not answer the question");
                    break;
            }
        }

        return false;
    }

    private bool CheckRates(Arrival arrival, Judgement judgement)
    {
        if (arrival.IsExemptFromLimits)
        {
            return false;
        }

        Guid domain = arrival.Policy.Domain;
        return judgement.Policy switch
        {
            { AddressRate: { } limit } when !_rates.TryCountAddress(domain, arrival.Client, limit) =>
                judgement.Act(new Finding("rate_limit", "address", $"{arrival.Client}", $"more than {limit} messages an hour", PolicyAction.Reject), PolicyReplies.TooMany("address", limit)),
            { NetworkRate: { } limit } when !_rates.TryCountNetwork(domain, arrival.Client, limit) =>
                judgement.Act(new Finding("rate_limit", "network", $"{arrival.Client}", $"more than {limit} messages an hour", PolicyAction.Reject), PolicyReplies.TooMany("network", limit)),
            _ => false,
        };
    }

    /// <summary>A large sender comes again from another of its addresses: where SPF knows them, they are one.</summary>
    private async Task<bool> CheckGreylistAsync(Arrival arrival, Judgement judgement, CancellationToken end)
    {
        if (!judgement.Policy.Greylisting || arrival.IsExemptFromLimits)
        {
            return false;
        }

        SpfOutcome? spf = arrival.Policy.AsksSpf ? await SpfOf(arrival, end).OrAsync(null!, end) : null;
        string client = spf is { Result: SpfResult.Pass } ? spf.Domain : ClientNetwork.Of(arrival.Client, ClientNetwork.Bits(arrival.Client) == 32 ? 24 : 64).ToString();
        TimeSpan wait = _greylist.Ask(arrival.Policy.Domain, $"{client}\n{arrival.Sender?.Text}\n{arrival.Recipients[0].Text}".ToLowerInvariant());
        return wait > TimeSpan.Zero
            && judgement.Act(new Finding("greylist", "new", client, $"to wait for {Math.Ceiling(wait.TotalSeconds)} seconds", PolicyAction.Reject), PolicyReplies.Greylisted(wait));
    }

    private async Task<bool> CheckAuthenticationAsync(Arrival arrival, Judgement judgement, CancellationToken end) =>
        arrival.Policy.AsksSpf && await _authentication.ActAsync(arrival, judgement, SpfOf(arrival, end), end);

    /// <summary>Last, for it costs the most: what is refused by now does not come to it.</summary>
    private async Task<bool> CheckContentAsync(Arrival arrival, Judgement judgement, CancellationToken end)
    {
        PolicyAction most = judgement.Policy.Rspamd;
        if (most == PolicyAction.Off || !rspamd.IsConfigured)
        {
            return false;
        }

        if (await rspamd.AskAsync(arrival, end) is not { } answer)
        {
            metrics.Silent("rspamd");
            judgement.Note("rspamd", "temperror", string.Empty, "did not answer");
            return false;
        }

        string result = answer.Action.Replace(' ', '_');
        string reason = $"score {answer.Score}";
        return answer.Action switch
        {
            "reject" => judgement.Act(new Finding("rspamd", result, string.Empty, reason, most), PolicyReplies.Spam),

            // It would be marked elsewhere, for a folder of its own. We change nothing, so all that can be done is to look at it first.
            "add header" or "rewrite subject" => judgement.Act(
                new Finding("rspamd", result, string.Empty, reason, most < PolicyAction.Quarantine ? most : PolicyAction.Quarantine), PolicyReplies.Spam),
            "soft reject" or "greylist" => judgement.Act(
                new Finding("rspamd", result, string.Empty, reason, arrival.IsExemptFromLimits ? PolicyAction.Tag : IfRejecting(most)), PolicyReplies.NotThisTime),
            _ => Pass(),
        };

        bool Pass()
        {
            judgement.Note("rspamd", result, string.Empty, reason);
            return false;
        }
    }

    private Task<SpfOutcome> SpfOf(Arrival arrival, CancellationToken end) =>
        arrival.SenderLookups?.Spf ?? AskSpfAsync(arrival.Client, arrival.ClientName, arrival.Sender, end);

    private Task<SpfOutcome> AskSpfAsync(IPAddress client, string clientName, EmailAddress? sender, CancellationToken cancellation) =>
        _spf.CheckAsync(SpfQuery.OfMailFrom(client, clientName, sender), cancellation).AsTask();

    // An address literal has no domain to ask about.
    private static bool IsAskable(EmailAddress? sender) => sender is { Domain: [not '[', ..] };

    /// <summary>What a check does that has come to nothing: it puts off only what it could have refused.</summary>
    internal static PolicyAction IfRejecting(PolicyAction action) => action == PolicyAction.Reject ? PolicyAction.Reject : PolicyAction.Tag;
}
