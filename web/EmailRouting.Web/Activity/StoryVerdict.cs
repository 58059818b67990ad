using EmailRouting.Activity;
using EmailRouting.Storage;
using EmailRouting.Web.Replies;

namespace EmailRouting.Web.Activity;

/// <summary>Finds the reply that explains why a message is not where it should be.</summary>
internal static class StoryVerdict
{
    /// <returns>Null where there is nothing to explain.</returns>
    public static (string Reply, ReplySide Side)? Trouble(ActivityStory story)
    {
        if (story.Status is MessageStatus.Forwarded or MessageStatus.Dropped or MessageStatus.Duplicate)
        {
            return null;
        }

        // What a destination said goes first: at the door our own words stand in for it (promise 3), and a report is only about it.
        if (story.Attempts.LastOrDefault(attempt => attempt.Result is "refused" or "deferred") is { } attempt)
        {
            return (attempt.Reply, ReplySide.Destination);
        }

        MessageRecord received = story.Received;
        if (received.Recipients.Length > 0 && received.Recipients.All(recipient => recipient.Decision == "refuse"))
        {
            return (received.Recipients[0].Reply, ReplySide.Door);
        }

        return received.Reply.StartsWith('2') || received.Reply.Length == 0 ? null : (received.Reply, ReplySide.Door);
    }
}
