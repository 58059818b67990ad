using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>The name of one delivery, for the operator: a message may be owed to several inboxes. Sorts by the time of acceptance.</summary>
/// <remarks>In text as <see cref="MailId"/>, from whose mint it comes: no delivery bears the name of a message.</remarks>
public readonly record struct DeliveryId(long Value)
{
    public static bool TryParse(ReadOnlySpan<char> text, out DeliveryId id)
    {
        bool isOne = MailId.TryParse(text, out MailId number);
        id = new DeliveryId(number.Value);
        return isOne;
    }

    public override string ToString() => new MailId(Value).ToString();
}
