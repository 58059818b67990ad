using EmailRouting.MailAuth.Spf;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Spf;

/// <summary>All 203 cases of the RFC 7208 test suite, without an exception.</summary>
public sealed class SpfSuiteTests
{
    private const string Absent = "The SPF suite is not beside the repository (../shared/testdata/spf).";

    public static TheoryData<string> Names => SpfSuite.Cases is { } cases ? [.. cases.Keys] : [Absent];

    [Theory, MemberData(nameof(Names))]
    public async Task Every_case_of_the_suite_comes_out_as_it_says(string name)
    {
        Assert.SkipWhen(SpfSuite.Cases is null, Absent);
        SpfCase test = SpfSuite.Cases[name];
        var evaluator = new SpfEvaluator(SpfSuite.ToResolver(test.Zone), "receiver.example", TimeProvider.System);

        SpfOutcome outcome = await evaluator.CheckAsync(test.Query, TestContext.Current.CancellationToken);

        Assert.True(test.Results.Contains(outcome.Result), $"expected {string.Join(" or ", test.Results)}: {outcome}");
        if (test.Explanation is not null)
        {
            Assert.Equal(test.Explanation == "DEFAULT" ? string.Empty : test.Explanation, outcome.Explanation);
        }
    }

    [Fact]
    public void The_suite_is_whole()
    {
        Assert.SkipWhen(SpfSuite.Cases is null, Absent);
        Assert.Equal(203, SpfSuite.Cases.Count);
    }
}
