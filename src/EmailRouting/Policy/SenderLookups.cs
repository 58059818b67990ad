using EmailRouting.MailAuth.Spf;

namespace EmailRouting.Policy;

/// <summary>What is asked about a sender once MAIL has named him, while the recipients and the message come in.</summary>
public sealed class SenderLookups : IDisposable
{
    private readonly CancellationTokenSource _stop;

    internal SenderLookups(CancellationTokenSource stop) => _stop = stop;

    /// <summary>Null where it was not asked.</summary>
    internal Task<SpfOutcome>? Spf { get; init; }

    /// <inheritdoc cref="Spf"/>
    internal Task<SenderDomainState>? SenderDomain { get; init; }

    /// <summary>The transaction is over: what is still unanswered is not asked further.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
