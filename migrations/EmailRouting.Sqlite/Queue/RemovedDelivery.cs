using EmailRouting.Mail;

namespace EmailRouting.Sqlite.Queue;

/// <summary>A delivery that is gone.</summary>
/// <param name="MessageId">Its message.</param>
/// <param name="LeavesFile">The message went with it, and its body is a file that is to be deleted once this is committed.</param>
internal sealed record RemovedDelivery(MailId MessageId, bool LeavesFile);
