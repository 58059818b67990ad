using System.Text;
using System.Text.Json;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Arc;

/// <summary>The ARC validation suite, whole.</summary>
public sealed class ArcSuiteTests
{
    /// <summary>Where the suite expects something else than RFC 8617 says; upstream skips it too.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["ams_fields_c_na"] = "Without c= a signature is simple/simple (RFC 6376 §3.5); the suite's was made as relaxed/relaxed.",
    };

    private static readonly Dictionary<string, (string Message, string Expected, FakeResolver Resolver)> Suite =
        Read().ToDictionary(static test => test.Id, static test => (test.Message, test.Expected, test.Resolver));

    public static TheoryData<string> Tests => [.. Suite.Keys];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Tests))]
    public async Task The_chain_is_judged_as_the_suite_expects(string id)
    {
        (string message, string expected, FakeResolver resolver) = Suite[id];
        byte[] octets = Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r\n"));

        ArcResult result = await new ArcVerifier(resolver, new FakeTimeProvider()).VerifyAsync(Messages.InMemory(octets), TestContext.Current.CancellationToken);

        // An empty expectation: the last seal says cv=fail, and what is left to say is that.
        AuthStatus wanted = expected switch { "Pass" => AuthStatus.Pass, "None" => AuthStatus.None, _ => AuthStatus.Fail };
        Assert.True(result.Status == (Exceptions.ContainsKey(id) ? AuthStatus.Fail : wanted), $"{id}: {result.Status} {result.Reason}");
    }

    private static IEnumerable<(string Id, string Message, string Expected, FakeResolver Resolver)> Read()
    {
        if (SharedData.Find("testdata/arc/arc-validation-tests.json") is not { } path)
        {
            yield break;
        }

        using JsonDocument suite = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (JsonElement scenario in suite.RootElement.EnumerateArray())
        {
            var resolver = new FakeResolver();
            foreach (JsonProperty record in scenario.GetProperty("txt").EnumerateObject())
            {
                resolver.Txt[record.Name] = [record.Value.GetString()!];
            }

            foreach (JsonElement test in scenario.GetProperty("tests").EnumerateArray())
            {
                yield return (test.GetProperty("id").GetString()!, test.GetProperty("message").GetString()!, test.GetProperty("cv").GetString()!, resolver);
            }
        }
    }
}
