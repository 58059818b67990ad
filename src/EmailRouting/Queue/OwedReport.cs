using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>A report to a sender, to be made durable together with what it reports.</summary>
public sealed record OwedReport(AcceptedMail Mail, NewDelivery Delivery);
