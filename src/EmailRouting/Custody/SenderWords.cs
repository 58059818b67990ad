using EmailRouting.Delivery;
using EmailRouting.Smtp;

namespace EmailRouting.Custody;

/// <summary>What a sender is told of a remote refusal while its connection lasts: the remote's code and enhanced code, in words of ours.</summary>
public static class SenderWords
{
    public static SmtpReply For(SmtpReply remote)
    {
        string status = remote.Status.Length == 0 ? $"{remote.Code / 100}.0.0" : remote.Status;
        return new SmtpReply(remote.Code, status, RefusalWords.For(status));
    }
}
