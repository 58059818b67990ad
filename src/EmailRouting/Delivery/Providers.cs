using System.Collections.Immutable;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Delivery;

/// <summary>Whom the domains that we send to have their mail with, and how much each of these gets of us: a bad name with one of them is bad for all its domains.</summary>
/// <remarks>
/// A provider is known by the best host of a domain's MX records, without its first label: <c>gmail-smtp-in.l.google.com</c> and <c>aspmx.l.google.com</c> are one, and so
/// are all hosts of <c>mail.protection.outlook.com</c>. A domain is known to belong to one from its first attempt on, so the question before the next needs no DNS.
/// </remarks>
public sealed partial class Providers
{
    private const int Many = 10_000;
    private const int MaxWaiting = 1_000;

    // Who would wait longer is better off in the queue.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWaitOfSender = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Provider> _providers = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Provider> _byDomain = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider _clock;
    private readonly Func<double> _random;
    private readonly DeliveryMetrics _metrics;
    private readonly ILogger<Providers> _logger;
    private readonly int _most;
    private readonly TimeSpan _least;

    internal Providers(DeliveryOptions options, TimeProvider clock, Func<double> random, DeliveryMetrics metrics, ILogger<Providers> logger)
    {
        (_clock, _random, _metrics, _logger, _most) = (clock, random, metrics, logger, options.MaxAttemptsPerHost);
        _least = options.MaxMessagesPerMinute == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1) / options.MaxMessagesPerMinute;
    }

    /// <summary>All that have been met since the start; first those that are not healthy, then by name.</summary>
    public ImmutableArray<ProviderHealth> Health()
    {
        lock (_lock)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            return [.. _providers.Values.Select(provider => provider.HealthAt(now))
                .OrderByDescending(static health => health.State)
                .ThenBy(static health => health.Name, StringComparer.Ordinal)];
        }
    }

    internal static string NameOf(string host)
    {
        host = host.TrimEnd('.');
        string shared = host[(host.IndexOf('.') + 1)..];
        int dot = shared.IndexOf('.');

        // What is left has to be more than "com" or "co.uk".
        bool isTooShort = dot < 0 || (dot <= 3 && shared.Length - dot - 1 == 2);
        return (isTooShort || host.StartsWith('[') || System.Net.IPAddress.TryParse(host, out _) ? host : shared).ToLowerInvariant();
    }

    /// <summary>False while its provider is to be left alone, or has as much as it may get.</summary>
    internal bool IsReady(string domain)
    {
        lock (_lock)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            return !_byDomain.TryGetValue(domain, out Provider? provider)
                || (provider.Pace.Until <= now && provider.HasPlace && provider.DelayAt(now) <= LongestWaitOfSender);
        }
    }

    /// <summary>Waits for a place with the provider, and for the time to use it.</summary>
    /// <param name="domain">The destination's.</param>
    /// <param name="name">See <see cref="NameOf"/>.</param>
    /// <param name="cancellation">The place, if any, is given back.</param>
    /// <returns>Null with a place, to be given back by <see cref="Leave"/>; else why there is none.</returns>
    /// <exception cref="OperationCanceledException">Given up while waiting.</exception>
    internal async ValueTask<SmtpReply?> EnterAsync(string domain, string name, CancellationToken cancellation)
    {
        Provider provider;
        DateTimeOffset slot = default;
        TaskCompletionSource<DateTimeOffset?>? turn = null;
        lock (_lock)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            provider = Find(domain, name, now);
            if (provider.Pace.Until > now)
            {
                return LeftAlone(provider);
            }

            if (provider.DelayAt(now) > LongestWait)
            {
                return Busy(provider);
            }

            if (provider.HasPlace)
            {
                slot = provider.Take(now);
            }
            else if (provider.Waiting < MaxWaiting)
            {
                turn = provider.Wait();
            }
            else
            {
                return Busy(provider);
            }
        }

        if (turn is not null)
        {
            await using CancellationTokenRegistration leaving = cancellation.UnsafeRegister(
                static turn => ((TaskCompletionSource<DateTimeOffset?>)turn!).TrySetCanceled(), turn);
            if (await turn.Task is not { } given)
            {
                return LeftAlone(provider);
            }

            slot = given;
        }

        if (slot - _clock.GetUtcNow() is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, _clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_lock)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            if (provider.Pace.Until <= now && !cancellation.IsCancellationRequested)
            {
                return null;
            }

            // What others have heard while this one waited is meant for it too.
            provider.Leave(now);
        }

        cancellation.ThrowIfCancellationRequested();
        return LeftAlone(provider);
    }

    /// <param name="name">As it was entered.</param>
    /// <param name="outcome">Null where the attempt was given up, and says nothing about the provider.</param>
    internal void Leave(string name, DeliveryOutcome? outcome)
    {
        Provider provider;
        ProviderHealth? changed = null;
        lock (_lock)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            provider = _providers[name];
            if (outcome is not null && provider.Record(outcome, now, _random))
            {
                changed = provider.HealthAt(now);
            }

            provider.Leave(now);
        }

        if (changed is not null)
        {
            _metrics.ProviderHeldBack(changed.State);
            Log.HeldBack(_logger, changed.Name, changed.State, changed.Until, changed.Limit, changed.Interval, changed.Reason);
        }
    }

    private Provider Find(string domain, string name, DateTimeOffset now)
    {
        if (!_providers.TryGetValue(name, out Provider? provider))
        {
            Forget();
            _providers.Add(name, provider = new Provider(name, new ProviderPace(_most, _least), now));
        }

        _byDomain[domain] = provider;
        return provider;
    }

    private void Forget()
    {
        if (_providers.Count >= Many || _byDomain.Count >= Many)
        {
            foreach (Provider provider in _providers.Values)
            {
                if (provider.IsIdle && provider.Pace.State == ProviderState.Healthy)
                {
                    _providers.Remove(provider.Name);
                }
            }

            // They are learned again with the next attempt.
            _byDomain.Clear();
        }
    }

    private static SmtpReply LeftAlone(Provider provider) =>
        new(451, "4.7.0", $"Nothing is sent to {provider.Name} until {provider.Pace.Until.UtcDateTime:HH:mm:ss} UTC; it said: {provider.Reason}");

    private static SmtpReply Busy(Provider provider) => new(451, "4.4.5", $"{provider.Name} has as much of our mail as it may get; the rest waits");

    private static partial class Log
    {
        [LoggerMessage(EventId = 4030, Level = LogLevel.Warning, Message = "{Provider} is {State} until {Until}, {Limit} at once and {Interval} apart: {Reason}")]
        public static partial void HeldBack(ILogger logger, string provider, ProviderState state, DateTimeOffset? until, int limit, TimeSpan interval, string reason);
    }
}
