using EmailRouting.Delivery;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class DeliveryOptionsTests
{
    [Theory]
    [InlineData("smtp://mail.example:587", "smtp://mail.example:587")]
    [InlineData("smtps://user:p%40ss@mail.example", "smtps://user:***@mail.example:465")]
    [InlineData("smtp://[::1]:2526", "smtp://[::1]:2526")]
    public void A_smarthost_is_read_and_never_shows_its_password(string text, string shown)
    {
        Assert.True(Smarthost.TryParse(text, out Smarthost? smarthost));
        Assert.Equal(shown, smarthost.ToString());
    }

    [Theory]
    [InlineData("mail.example:25")]
    [InlineData("http://mail.example")]
    [InlineData("smtp://user:secret@")]
    [InlineData("smtp://mail.example/secret?x")]
    public void What_is_no_smarthost_is_named_with_what_is_allowed_but_without_its_password(string text)
    {
        string failure = new DeliveryOptionsValidator().Validate(name: null, new DeliveryOptions { Smarthost = text }).FailureMessage!;

        Assert.Contains("Delivery:Smarthost", failure, StringComparison.Ordinal);
        Assert.DoesNotContain(":secret", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_cannot_be_read_is_named() =>
        Assert.Contains(
            "'10.0.0.0/99'",
            new DeliveryOptionsValidator().Validate(name: null, new DeliveryOptions { AllowedNetworks = "::1;10.0.0.0/99" }).FailureMessage,
            StringComparison.Ordinal);
}
