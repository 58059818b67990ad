using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Returns;

/// <summary>The message that a report is about, as the activity log knows it.</summary>
/// <param name="Id">In our 250.</param>
/// <param name="At">When it came.</param>
/// <param name="Aliases">That led to where it failed.</param>
/// <param name="LooksForged">Its sender was not who he claimed to be, as far as SPF and DMARC can tell: nobody is told (promise 2).</param>
internal sealed record ReturnedMessage(MailId Id, DateTimeOffset At, ImmutableArray<EmailAddress> Aliases, bool LooksForged);
