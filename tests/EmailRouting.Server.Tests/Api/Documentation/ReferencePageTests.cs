using System.Text.RegularExpressions;
using Xunit;

namespace EmailRouting.Server.Tests.Api.Documentation;

/// <summary>The page for people: all of it comes from this server, and its policy lets nothing else in.</summary>
public sealed partial class ReferencePageTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Only_the_scripts_of_this_page_run_and_nothing_is_fetched_from_elsewhere()
    {
        using var http = new HttpClient();
        (string first, string policy) = await ReadAsync(http);
        string nonce = NonceOfPolicy().Match(policy).Groups[1].Value;
        Assert.Equal(32, nonce.Length);
        Assert.All(Tags().Matches(first), tag => Assert.Contains($"nonce=\"{nonce}\"", tag.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("//", first.Replace(" //", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-inline", policy.Split(';').Single(part => part.TrimStart().StartsWith("script-src", StringComparison.Ordinal)), StringComparison.Ordinal);

        // A nonce that is known beforehand is none.
        Assert.DoesNotContain(nonce, (await ReadAsync(http)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_scripts_are_there()
    {
        using var http = new HttpClient();
        (string html, _) = await ReadAsync(http);
        string[] scripts = [.. Sources().Matches(html).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(scripts);
        foreach (string script in scripts)
        {
            using HttpResponseMessage response = await http.GetAsync(new Uri(new Uri(api.Server.Web, "/reference/"), script), TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, script);
            Assert.EndsWith("javascript", response.Content.Headers.ContentType?.MediaType, StringComparison.Ordinal);
        }
    }

    private async Task<(string Html, string Policy)> ReadAsync(HttpClient http)
    {
        using HttpResponseMessage response = await http.GetAsync(new Uri(api.Server.Web, "/reference"));
        return (await response.Content.ReadAsStringAsync(), response.Headers.GetValues("Content-Security-Policy").Single());
    }

    [GeneratedRegex("'nonce-([0-9a-f]+)'")]
    private static partial Regex NonceOfPolicy();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("<script[^>]* src=\"([^\"]+)\"")]
    private static partial Regex Sources();
}
