using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EmailRouting.Testing;
using MimeKit;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

public sealed partial class VerificationTests(ApiServer api) : IClassFixture<ApiServer>
{
    private static readonly HttpClient Http = new();
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_is_asked_by_mail_and_agrees_with_a_button()
    {
        (string zone, string domain) = await api.ZoneAsync();
        JsonNode address = (await api.PostAsync($"accounts/{api.Account}/email/routing/addresses", """{"email":"Owner@asked.test"}""")).Result;
        Assert.Null(address["verified"]);
        string rule = RuleWireTests.Rule($"a@{domain}", "owner@asked.test");
        Assert.Equal("400 2054", (await api.PostAsync($"zones/{zone}/email/routing/rules", rule)).Failure);

        (MimeMessage mail, Uri link) = await MailToAsync("owner@asked.test", after: 0);
        Assert.Equal("postmaster@mx.router.test", mail.From.Mailboxes.Single().Address);
        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);

        // To look at the page confirms nothing.
        using (HttpResponseMessage page = await Http.GetAsync(link, Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains("Owner@asked.test", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
            Assert.Contains("form-action 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }

        Assert.Equal("400 2054", (await api.PostAsync($"zones/{zone}/email/routing/rules", rule)).Failure);
        using (HttpResponseMessage confirmed = await Http.PostAsync(link, null, Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        }

        Assert.NotNull((await api.GetAsync($"accounts/{api.Account}/email/routing/addresses/{address["id"]}")).Result["verified"]);
        Assert.Equal("200 success", (await api.PostAsync($"zones/{zone}/email/routing/rules", rule)).Failure);

        // Once is all.
        using HttpResponseMessage twice = await Http.PostAsync(link, null, Cancellation);
        Assert.Equal(HttpStatusCode.Gone, twice.StatusCode);
    }

    [Fact]
    public async Task A_newer_mail_makes_the_older_link_worthless()
    {
        JsonNode address = (await api.PostAsync($"accounts/{api.Account}/email/routing/addresses", """{"email":"again@asked.test"}""")).Result;
        (_, Uri first) = await MailToAsync("again@asked.test", after: 0);
        ApiReply soon = await api.PostAsync($"accounts/{api.Account}/email/routing/addresses/{address["id"]}/resend");
        Assert.Equal("429 10429", soon.Failure);
        Assert.True(soon.Headers.ContainsKey("Retry-After"));

        await api.Server.EditRulesAsync(async book => await book.AskAsync(Guid.ParseExact(address["id"]!.ToString(), "N"), "0123456789abcdef0123456789abcdef", CancellationToken.None));
        using HttpResponseMessage old = await Http.GetAsync(first, Cancellation);
        Assert.Equal(HttpStatusCode.Gone, old.StatusCode);
    }

    [Fact]
    public async Task A_forged_link_leads_nowhere()
    {
        using HttpResponseMessage page = await Http.GetAsync(new Uri(api.Server.Web, "/verify/AAAAAAAAAAAAAAAAAAAA"), Cancellation);
        Assert.Equal(HttpStatusCode.Gone, page.StatusCode);
    }

    [Fact]
    public async Task An_inbox_on_a_domain_of_the_operator_needs_no_mail()
    {
        await api.PostAsync($"accounts/{api.Account}/email/routing/owned_domains", """{"name":"Mine.test"}""");
        JsonNode address = (await api.PostAsync($"accounts/{api.Account}/email/routing/addresses", """{"email":"me@mine.test"}""")).Result;
        Assert.NotNull(address["verified"]);
        Assert.Contains((await api.GetAsync($"accounts/{api.Account}/email/routing/owned_domains")).Result.AsArray(), d => d!["name"]!.ToString() == "mine.test");
        await api.DeleteAsync($"accounts/{api.Account}/email/routing/owned_domains/mine.test");
        Assert.DoesNotContain((await api.GetAsync($"accounts/{api.Account}/email/routing/owned_domains")).Result.AsArray(), d => d!["name"]!.ToString() == "mine.test");
    }

    [Fact]
    public async Task To_vouch_for_an_address_takes_its_own_scope()
    {
        string token = await api.CreateTokenAsync("addresses:edit");
        string path = $"accounts/{api.Account}/email/routing/addresses";
        Assert.Equal("403 10000", (await api.SendAsync("POST", path, """{"email":"v@asked.test","verified":true}""", token)).Failure);
        JsonNode address = (await api.SendAsync("POST", path, """{"email":"v@asked.test"}""", token)).Result;
        Assert.Equal("403 10000", (await api.SendAsync("PATCH", $"{path}/{address["id"]}", """{"status":"verified"}""", token)).Failure);
        Assert.Equal("200 success", (await api.SendAsync("PATCH", $"{path}/{address["id"]}", """{"status":"unverified"}""", token)).Failure);
    }

    private async Task<(MimeMessage Mail, Uri Link)> MailToAsync(string inbox, int after)
    {
        ReceivedMail? received = null;
        await Eventually.TrueAsync(
            () =>
            {
                received = api.Inbox.Messages.Where(m => m.Rcpt.Contains(inbox, StringComparison.OrdinalIgnoreCase)).Skip(after).FirstOrDefault();
                return Task.FromResult(received is not null);
            },
            TimeSpan.FromSeconds(20),
            () => $"No mail came for {inbox}.",
            CancellationToken.None);
        using var content = new MemoryStream(received!.Content);
        MimeMessage mail = await MimeMessage.LoadAsync(content);
        return (mail, new Uri(Link().Match(mail.TextBody ?? string.Empty).Value));
    }

    [GeneratedRegex(@"http://\S+/verify/\S+")]
    private static partial Regex Link();
}
