using EmailRouting.Reception;
using EmailRouting.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Reception;

public sealed class LoopGuardTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly LoopGuard _guard;
    private const ulong Message = 0x5eed;

    public LoopGuardTests() => _guard = new LoopGuard(_clock);

    [Fact]
    public void Visits_of_one_message_for_one_recipient_are_counted_together()
    {
        Assert.Equal([1, 2, 3], [Visit("a@x.test"), Visit("A@X.test"), Visit("a@x.test")]);
        Assert.Equal(1, Visit("b@x.test"));
        Assert.Equal(1, _guard.Visit(Message + 1, Address("a@x.test")));
    }

    [Fact]
    public void After_an_hour_the_count_begins_anew()
    {
        Visit("a@x.test");
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(2, Visit("a@x.test"));
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, Visit("a@x.test"));
    }

    [Fact]
    public void A_visit_that_was_answered_4xx_does_not_count()
    {
        Visit("a@x.test");
        _guard.Forget(Message, Address("a@x.test"));
        Assert.Equal(1, Visit("a@x.test"));
    }

    [Fact]
    public void A_flood_of_other_mail_does_not_wash_out_a_loop()
    {
        Visit("a@x.test");
        Visit("a@x.test");
        for (ulong other = Message + 1; other < Message + 400_000; other++)
        {
            _guard.Visit(other, Address("b@x.test"));
        }

        Assert.Equal(3, Visit("a@x.test"));
    }

    private int Visit(string recipient) => _guard.Visit(Message, Address(recipient));

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out EmailAddress? address) ? address : throw new ArgumentException(text);
}
