using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Delivery;

/// <summary>Tries the hosts of a destination in their order until one of them gives a verdict.</summary>
internal sealed partial class Courier(
    NextHops nextHops, ConnectionPool pool, HostSets hostSets, Providers providers, DeliveryMetrics metrics, TimeProvider clock, ILogger<Courier> logger) : ICourier
{
    private const string SmarthostSet = "smarthost";

    public bool IsReady(EmailAddress destination) => hostSets.IsReady(HostSetOf(destination)) && providers.IsReady(HostSetOf(destination));

    public async Task<DeliveryAttempt> AttemptAsync(Consignment consignment, CancellationToken cancellation)
    {
        DateTimeOffset startedAt = clock.GetUtcNow();
        long start = clock.GetTimestamp();
        string hostSet = HostSetOf(consignment.Target.Destination);
        string? provider = null;
        DeliveryOutcome? ofProvider = null;
        Ending ending = Ending.BrokenOff;
        hostSets.Enter(hostSet);
        try
        {
            Route route = await nextHops.ForAsync(consignment.Target.Destination.Domain, cancellation);
            if (route is not Route.Through { Hops: var hops })
            {
                ending = Ending.Nowhere(((Route.Nowhere)route).Outcome);
            }
            else if (await providers.EnterAsync(hostSet, hops[0].Provider, cancellation) is { } notNow)
            {
                // The provider is to be left alone, or has as much of us as it may get.
                ending = Ending.Postponed(notNow);
            }
            else
            {
                provider = hops[0].Provider;
                ending = await TryEachAsync(hops, consignment, cancellation);
                ofProvider = cancellation.IsCancellationRequested && ending.Outcome is DeliveryOutcome.Deferred ? null : ending.Outcome;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // While it waited for its turn at a busy host.
            ending = Ending.Nowhere(new DeliveryOutcome.Deferred(GivenUp));
        }
        finally
        {
            if (provider is not null)
            {
                providers.Leave(provider, ofProvider);
            }

            Leave(hostSet, ending, cancellation);
        }

        var attempt = new DeliveryAttempt(
            ending.Outcome, ending.Hop?.Host ?? string.Empty, ending.Hop?.Address ?? string.Empty, ending.Tls, startedAt, clock.GetElapsedTime(start), ending.Sha256);
        metrics.Attempted(attempt);
        return attempt;
    }

    private static SmtpReply GivenUp => new(451, "4.4.1", "The attempt was given up before a host was reached");

    private string HostSetOf(EmailAddress destination) => nextHops.HasSmarthost ? SmarthostSet : destination.Domain;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Ending> TryEachAsync(ImmutableArray<NextHop> hops, Consignment consignment, CancellationToken cancellation)
    {
        Ending? best = null;
        bool isFresh = false;
        for (int i = 0; i < hops.Length && !cancellation.IsCancellationRequested;)
        {
            NextHop hop = hops[i];
            Opening opening = isFresh ? await pool.RentFreshAsync(hop, cancellation) : await pool.RentAsync(hop, cancellation);
            if (opening.IsOurselves)
            {
                // This host and all that follow lead back here (RFC 5321 §5.1); what a better one said still counts.
                return best ?? new Ending(new DeliveryOutcome.Refused(opening.Failure!), hop, string.Empty, Sha256: null, IsHostTrouble: false);
            }

            TransactionResult result;
            if (opening.Connection is { } connection)
            {
                try
                {
                    result = await connection.SendAsync(consignment, cancellation);
                }
                catch
                {
                    // A bug, then: whatever state the connection is in, nobody else gets it.
                    connection.Dispose();
                    throw;
                }
                finally
                {
                    pool.Return(connection);
                }

                if (result.Verdict == Verdict.Stale && !isFresh)
                {
                    // It died while idle, before it answered anything: nothing of this message is there, so once more on a fresh one, and nobody need know.
                    isFresh = true;
                    continue;
                }
            }
            else
            {
                result = new TransactionResult(Verdict.NotNow, opening.Failure!, Sha256: null, IsHostTrouble: true);
            }

            Log.Tried(logger, consignment.Id, hop.Host, hop.Address, result.Verdict, result.Reply.Code, result.Reply.Status, result.Reply.Text);
            if (result is { Verdict: Verdict.Uncertain, IsHostTrouble: false })
            {
                Log.Unreadable(logger, consignment.Id, result.Reply.Text);
            }

            DeliveryOutcome outcome = result.Verdict switch
            {
                Verdict.Delivered => new DeliveryOutcome.Delivered(result.Reply),
                Verdict.Refused => new DeliveryOutcome.Refused(result.Reply),
                _ => new DeliveryOutcome.Deferred(result.Reply),
            };
            var ending = new Ending(outcome, hop, opening.Connection?.Tls ?? string.Empty, result.Sha256, result.IsHostTrouble);
            if (result.Verdict is Verdict.Delivered or Verdict.Refused or Verdict.Uncertain)
            {
                return ending;
            }

            // What a host said about this mail tells more than that another one could not be reached.
            if (best is not { IsHostTrouble: false })
            {
                best = ending;
            }

            isFresh = false;
            i++;
        }

        return best ?? Ending.Nowhere(new DeliveryOutcome.Deferred(GivenUp));
    }

    private void Leave(string hostSet, Ending ending, CancellationToken cancellation)
    {
        if (ending.IsPostponed || (cancellation.IsCancellationRequested && ending.Outcome is DeliveryOutcome.Deferred))
        {
            hostSets.Leave(hostSet);
        }
        else if (ending.IsHostTrouble)
        {
            hostSets.LeaveWithTrouble(hostSet);
        }
        else
        {
            hostSets.LeaveWithSuccess(hostSet);
        }
    }

    /// <param name="Outcome">How the attempt ended.</param>
    /// <param name="Hop">Null where no host was chosen.</param>
    /// <param name="Tls">Protocol and cipher.</param>
    /// <param name="Sha256">Of what was sent.</param>
    /// <param name="IsHostTrouble">The hosts are to be left alone for a while.</param>
    /// <param name="IsPostponed">No host was asked: it says nothing about them.</param>
    private readonly record struct Ending(DeliveryOutcome Outcome, NextHop? Hop, string Tls, byte[]? Sha256, bool IsHostTrouble, bool IsPostponed = false)
    {
        public static readonly Ending BrokenOff = Nowhere(new DeliveryOutcome.Deferred(new SmtpReply(451, "4.3.0", "The attempt broke off")));

        public static Ending Postponed(SmtpReply reply) =>
            new(new DeliveryOutcome.Deferred(reply), Hop: null, string.Empty, Sha256: null, IsHostTrouble: false, IsPostponed: true);

        /// <summary>A name server that does not answer is trouble too: the next sender need not wait for it.</summary>
        public static Ending Nowhere(DeliveryOutcome outcome) =>
            new(outcome, Hop: null, string.Empty, Sha256: null, IsHostTrouble: outcome is DeliveryOutcome.Deferred);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 4010, Level = LogLevel.Debug, Message = "{Id}: {Host} at {Address}: {Verdict}: {Code} {Status} {Text}")]
        public static partial void Tried(ILogger logger, Mail.MailId id, string host, string address, Verdict verdict, int code, string status, string text);

        [LoggerMessage(EventId = 4011, Level = LogLevel.Error, Message = "{Id}: {Reason}; it is tried again later")]
        public static partial void Unreadable(ILogger logger, Mail.MailId id, string reason);
    }
}
