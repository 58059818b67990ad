using EmailRouting.Web.Replies;
using Xunit;

namespace EmailRouting.Web.Tests.Replies;

public sealed class ReplyMeaningTests
{
    [Theory]
    [InlineData("550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking gsmtp", "There is no such inbox at the destination.")]
    [InlineData("550 #5.1.0 Address rejected.", "The inbox's server refused the address.")]
    [InlineData("550 No such user here", "There is no such inbox at the destination.")]
    [InlineData("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", "There is no such inbox at the destination.")]
    [InlineData("452 4.2.2 The recipient's inbox is out of storage space. Please direct the recipient to gsmtp", "The inbox is full.")]
    [InlineData("552 5.2.2 The email account that you tried to reach is over quota gsmtp", "The inbox is full.")]
    [InlineData("554 Mailbox full", "The inbox is full.")]
    [InlineData("450 4.7.1 <you@inbox.example>: Recipient address rejected: Greylisted, see http://postgrey.example/help", "The inbox's server puts off senders that it has not met before (greylisting).")]
    [InlineData("451 4.7.1 Greylisting in action, please come back in 00:05:00", "The inbox's server puts off senders that it has not met before (greylisting).")]
    [InlineData("550 5.7.26 Unauthenticated email from sender.example is not accepted due to domain's DMARC policy. gsmtp", "The inbox's provider refused it because the domain of its author demands that (DMARC).")]
    [InlineData("550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. gsmtp", "The inbox's provider could not tell who the mail is from: neither SPF nor DKIM holds for its sender.")]
    [InlineData("550 5.7.23 The message was rejected because of Sender Policy Framework violation", "The inbox's provider refused it because SPF does not allow this server to send for the sender's domain.")]
    [InlineData("550 5.7.1 SPF check failed", "The inbox's provider refused it because SPF does not allow this server to send for the sender's domain.")]
    [InlineData("550 5.7.25 The IP address sending this message does not have a PTR record setup. gsmtp", "The inbox's provider finds no reverse name (PTR) for the address of this server.")]
    [InlineData("450 4.7.25 Client host rejected: cannot find your hostname", "The inbox's provider finds no reverse name (PTR) for the address of this server.")]
    [InlineData("421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address. gsmtp", "The inbox's provider takes only little from this server at the moment.")]
    [InlineData("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints", "The inbox's provider takes only little from this server at the moment.")]
    [InlineData("550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).", "Microsoft has blocked the address of this server.")]
    [InlineData("550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit https://sender.office.com/", "Microsoft has blocked the address of this server.")]
    [InlineData("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "The address of this server is on a block list.")]
    [InlineData("554 5.7.1 Message rejected as spam", "The inbox's provider takes the message for spam.")]
    [InlineData("554 5.7.1 <you@inbox.example>: Relay access denied", "The inbox's server does not take mail for this address.")]
    [InlineData("550 5.2.1 The email account that you tried to reach is disabled.", "The inbox is switched off.")]
    [InlineData("552 5.3.4 Message size exceeds fixed limit", "The message is larger than the inbox's server takes.")]
    [InlineData("556 5.1.10 The domain inbox.example accepts no mail (null MX)", "The inbox's domain takes no mail at all (null MX).")]
    [InlineData("451 4.4.3 The MX records of inbox.example were not found: timeout", "The inbox's domain could not be looked up in the DNS.")]
    [InlineData("451 4.4.1 Connecting to 192.0.2.1:25 failed: connection refused", "The inbox's server could not be reached.")]
    [InlineData("451 4.7.0 Nothing is sent to l.google.com until 12:00:00 UTC; it said: 550 5.7.1 spam", "Nothing is sent to this provider for a while: it refused several messages because of this server.")]
    [InlineData("454 4.7.0 Signing in with PLAIN failed: 535", "Signing in to the smarthost did not work.")]
    [InlineData("451 4.7.5 The MTA-STS policy of the domain demands TLS, and mx.inbox.example does not offer it", "The connection could not be encrypted as it must be.")]
    [InlineData("554 5.6.3 The message is declared 8BITMIME, and the host does not offer it", "The inbox's server cannot take the form of this message (8-bit text or an international address).")]
    [InlineData("550 5.7.1 We do not like this", "The inbox's server refused it by its policy.")]
    [InlineData("451 4.3.0 Internal error", "The inbox's server has trouble of its own at the moment.")]
    [InlineData("599 what", "The inbox's server refused the message for good.")]
    [InlineData("499", "The inbox's server put it off.")]
    public void What_an_inbox_says_is_told_in_words(string reply, string sentence) => Assert.Equal(sentence, ReplyMeaning.Of(reply, ReplySide.Destination)?.Sentence);

    [Theory]
    [InlineData("550 5.1.1 No such address here", "There is no address of this name here.")]
    [InlineData("550 5.7.1 Relaying denied", "Somebody tried to send through this server to a domain that is not yours.")]
    [InlineData("550 5.7.1 Go away", "This server refused it.")]
    [InlineData("451 4.3.5 No contact is configured for this domain", "Mail to postmaster or abuse of this domain has nobody to go to.")]
    [InlineData("550 5.5.2 The message holds a bare CR, a bare LF or a NUL; only CR LF ends a line (RFC 5321 section 2.3.8)", "The message has broken line ends, which can hide a second message in it.")]
    [InlineData("552 5.3.4 The message exceeds the limit of 100 octets", "The message is larger than this server takes.")]
    [InlineData("452 4.3.1 Too much mail in flight; try again in a minute", "This server had too much mail in hand at that moment.")]
    [InlineData("452 4.3.1 Insufficient system storage; try again later", "This server could not store the message at that moment.")]
    [InlineData("554 5.4.6 Mail loop: this message has been here too often", "The mail goes round in a circle.")]
    [InlineData("421 4.4.2 Nothing heard for too long", "The client fell silent, or was too slow.")]
    [InlineData("550 5.1.1 The recipient cannot receive mail", "There is no such inbox at the destination.")]
    [InlineData("552 5.2.2 The recipient's mailbox is full", "The inbox is full.")]
    [InlineData("the connection ended", "The client went away before it had sent a message.")]
    public void What_this_server_says_is_told_to_its_owner(string reply, string sentence) => Assert.Equal(sentence, ReplyMeaning.Of(reply, ReplySide.Door)?.Sentence);

    [Theory]
    [InlineData("550 5.1.1", "There is no such address, here or at the destination.")]
    [InlineData("552 5.2.2", "The inbox is full.")]
    [InlineData("550 5.7.1", "Refused by policy: a rule of yours, a relay attempt, or the inbox's provider.")]
    [InlineData("451", "Put off, here or by the destination.")]
    public void A_reason_that_was_only_counted_is_told_as_far_as_it_goes(string reason, string sentence) => Assert.Equal(sentence, ReplyMeaning.Of(reason, ReplySide.Either)?.Sentence);

    [Theory]
    [InlineData("250 2.0.0 OK")]
    [InlineData("354 go ahead")]
    [InlineData("")]
    public void What_is_no_refusal_needs_no_words(string reply)
    {
        foreach (ReplySide side in Enum.GetValues<ReplySide>())
        {
            Assert.Null(ReplyMeaning.Of(reply, side));
        }
    }

    /// <summary>Whatever a remote host thinks of: there is a sentence and a remedy.</summary>
    [Fact]
    public void There_is_no_refusal_without_a_remedy()
    {
        foreach (ReplySide side in Enum.GetValues<ReplySide>())
        {
            for (int code = 400; code < 600; code += 7)
            {
                for (int subject = 0; subject < 9; subject++)
                {
                    for (int detail = 0; detail < 31; detail++)
                    {
                        Meaning? meaning = ReplyMeaning.Of($"{code} {code / 100}.{subject}.{detail} words", side);

                        Assert.NotNull(meaning);
                        Assert.EndsWith(".", meaning.Sentence, StringComparison.Ordinal);
                        Assert.NotEmpty(meaning.Remedy);
                    }
                }
            }
        }
    }
}
