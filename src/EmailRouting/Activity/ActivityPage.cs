using System.Collections.Immutable;
using EmailRouting.Mail;

namespace EmailRouting.Activity;

/// <summary>A stretch of the list, the newest first.</summary>
/// <param name="Entries">At most as many as were asked for.</param>
/// <param name="Next">Where the next page begins; null at the end. Mail that comes in meanwhile moves nothing.</param>
public sealed record ActivityPage(ImmutableArray<ActivityEntry> Entries, MailId? Next);
