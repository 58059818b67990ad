using System.IO.Pipelines;
using EmailRouting.Activity;
using EmailRouting.Custody;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Profiles;
using EmailRouting.Network;
using EmailRouting.Policy;
using EmailRouting.Returns;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Reception;

/// <summary>What all conversations share: the rules, who takes the mail, the limits. One object for the whole server.</summary>
public sealed class SmtpFrontEnd(
    IOptions<SmtpOptions> options,
    OwnIdentity identity,
    RuleSnapshot rules,
    InboundCheck inbound,
    ProfileWork profiles,
    ReturnDesk returns,
    Custodian custodian,
    ActivityLog activity,
    TlsCertificate certificate,
    MemoryBudget budget,
    DataDirectory data,
    ReceptionMetrics metrics,
    TimeProvider clock,
    ILogger<SmtpFrontEnd> logger)
{
    internal SmtpOptions Options { get; } = options.Value;

    internal long MaxLineOctets { get; } = options.Value.MaxLineOctets == 0 ? options.Value.MaxMessageBytes : options.Value.MaxLineOctets;

    internal OwnIdentity Identity { get; } = identity;

    internal RuleSnapshot Rules { get; } = rules;

    internal InboundCheck Inbound { get; } = inbound;

    internal ProfileWork Profiles { get; } = profiles;

    internal ReturnReception Returns { get; } = new(returns, options.Value, clock);

    internal Custodian Custodian { get; } = custodian;

    internal ActivityLog Activity { get; } = activity;

    internal TlsCertificate Certificate { get; } = certificate;

    internal MemoryBudget Budget { get; } = budget;

    internal string Spool { get; } = data.Spool;

    internal ReceptionMetrics Metrics { get; } = metrics;

    internal TimeProvider Clock { get; } = clock;

    internal ILogger Logger { get; } = logger;

    internal LoopGuard Loops { get; } = new(clock);

    internal ConnectionLimits Connections { get; } = new(options.Value);

    /// <summary>Serves one connection to its end. Returns when the conversation is over; the transport is the caller's to close.</summary>
    public async Task ServeAsync(ClientConnection connection, IDuplexPipe transport, CancellationToken stopping)
    {
        await using var conversation = new SmtpConversation(this, connection, transport, stopping);
        await conversation.RunAsync();
    }
}
