namespace EmailRouting.Delivery;

/// <summary>
/// What a remote refusal means, in words of ours by its enhanced status code (RFC 3463 §3): for a sender, whose connection or whose report they go to. The remote's own
/// words may name the destination (promise 4).
/// </summary>
internal static class RefusalWords
{
    /// <param name="status">Such as <c>5.1.1</c>; its class makes no difference.</param>
    /// <returns>One sentence, without its full stop.</returns>
    public static string For(string status)
    {
        string detail = status.Length > 2 ? status[2..] : string.Empty;
        return detail switch
        {
            "1.1" or "1.2" or "1.3" or "1.6" or "1.10" or "2.1" => "The recipient cannot receive mail",
            "2.2" => "The recipient's mailbox is full",
            "2.3" or "3.4" => "The message is larger than the recipient accepts",
            "4.6" => "Mail loop: the message came round to a host it had passed",
            "4.7" => "The message could not be delivered in time",
            "6.3" => "The message holds 8-bit octets that the recipient's host does not accept",
            "6.7" => "The recipient's host does not accept addresses outside ASCII",
            _ when detail.StartsWith("1.", StringComparison.Ordinal) => "The address was refused",
            _ when detail.StartsWith("2.", StringComparison.Ordinal) => "The recipient's mailbox did not accept the message",
            _ when detail.StartsWith("3.", StringComparison.Ordinal) => "The recipient's host cannot take the message",
            _ when detail.StartsWith("4.", StringComparison.Ordinal) => "The recipient's host could not be reached",
            _ when detail.StartsWith("5.", StringComparison.Ordinal) => "The recipient's host refused the transaction",
            _ when detail.StartsWith("6.", StringComparison.Ordinal) => "The recipient's host does not accept the form of the message",
            _ when detail.StartsWith("7.", StringComparison.Ordinal) => "The recipient's host refused the message by its policy",
            _ => "The recipient's host refused the message",
        };
    }
}
