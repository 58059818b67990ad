using System.ComponentModel.DataAnnotations.Schema;

namespace EmailRouting.Storage;

/// <summary>A message with all that its delivery and a report about it need, fixed at acceptance.</summary>
[Table("Messages")]
public sealed class QueueDbMessage
{
    /// <summary>The <see cref="Mail.MailId"/>.</summary>
    public long Id { get; set; }

    /// <summary>Null is the null reverse-path.</summary>
    public string? Sender { get; set; }

    /// <summary>BODY of MAIL FROM; null where the client did not say.</summary>
    public int? Body { get; set; }

    public bool SmtpUtf8 { get; set; }

    /// <summary>RET of MAIL FROM; null where the client did not say.</summary>
    public int? Return { get; set; }

    /// <summary>ENVID with its xtext undone.</summary>
    public string? EnvelopeId { get; set; }

    public DateTimeOffset ReceivedAt { get; set; }

    public bool MayBounce { get; set; }

    public long Length { get; set; }

    public byte[] Sha256 { get; set; } = [];

    public bool HasEightBit { get; set; }

    public bool HasEightBitHeader { get; set; }

    /// <summary>The bytes; null where they are in the spool. The last column: a row's other facts are read without it.</summary>
    public byte[]? Content { get; set; }

    public List<QueueDbDelivery> Deliveries { get; } = [];
}
