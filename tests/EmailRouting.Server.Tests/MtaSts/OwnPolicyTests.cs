using System.Net;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.MtaSts;

public sealed class OwnPolicyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("None", "version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n")]
    [InlineData("Testing", "version: STSv1\r\nmode: testing\r\nmx: mx.router.test\r\nmax_age: 86400\r\n")]
    [InlineData("Enforce", "version: STSv1\r\nmode: enforce\r\nmx: mx.router.test\r\nmax_age: 604800\r\n")]
    public async Task A_domain_of_ours_has_the_policy_that_is_configured_and_no_other_name_has(string mode, string policy)
    {
        await using var inbox = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(inbox.EndPoint, ("Smtp:MtaSts", mode));

        using HttpResponseMessage ours = await AskAsync(server, "MTA-STS.router.test");
        Assert.Equal(("text/plain", policy), (ours.Content.Headers.ContentType?.MediaType, await ours.Content.ReadAsStringAsync(Stop)));

        foreach (string host in new[] { "mta-sts.other.test", "router.test", "mta-sts.", "mta-sts.mta-sts.router.test", server.Web.Authority })
        {
            using HttpResponseMessage other = await AskAsync(server, host);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(RunningServer server, string host)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Web, "/.well-known/mta-sts.txt"));
        request.Headers.Host = host;
        return await client.SendAsync(request, Stop);
    }
}
