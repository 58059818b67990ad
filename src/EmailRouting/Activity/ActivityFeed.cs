using System.Collections.Immutable;

namespace EmailRouting.Activity;

/// <summary>What happens, to whoever wants to watch it happen. Nobody who watches is ever waited for; when nobody does, it costs a look at an empty list.</summary>
public sealed class ActivityFeed
{
    private ImmutableArray<ActivitySubscription> _subscriptions = [];

    /// <summary>How many watch.</summary>
    public int Subscriptions => _subscriptions.Length;

    /// <summary>From now on, until the subscription is disposed of.</summary>
    /// <param name="domains">Only what concerns aliases in these domains, in lower-case A-labels; null for everything.</param>
    /// <param name="buffer">Records that wait to be read; when there are more the oldest is dropped and counted.</param>
    public ActivitySubscription Subscribe(IReadOnlyCollection<string>? domains, int buffer)
    {
        var subscription = new ActivitySubscription(domains, buffer, Leave);
        ImmutableInterlocked.Update(ref _subscriptions, static (all, one) => all.Add(one), subscription);
        return subscription;
    }

    internal void Publish(ActivityRecord record)
    {
        foreach (ActivitySubscription subscription in _subscriptions)
        {
            subscription.Offer(record);
        }
    }

    private void Leave(ActivitySubscription subscription) =>
        ImmutableInterlocked.Update(ref _subscriptions, static (all, one) => all.Remove(one), subscription);
}
