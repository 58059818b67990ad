using System.Globalization;
using EmailRouting.Diagnosis;
using EmailRouting.Smtp;

namespace EmailRouting.Server.Cli;

/// <summary>Prints what a diagnosis found, and says how the command ends.</summary>
internal static class FindingOutput
{
    public static int Print(CommandOutput output, IReadOnlyList<Finding> findings)
    {
        int failed = findings.Count(finding => finding.Level == FindingLevel.Fail);
        int warned = findings.Count(finding => finding.Level == FindingLevel.Warn);
        string summary = (failed, warned) switch
        {
            (0, 0) => "All is well.",
            (0, _) => string.Create(CultureInfo.InvariantCulture, $"Nothing is broken; {warned} could be better."),
            _ => string.Create(CultureInfo.InvariantCulture, $"To mend: {failed}; could be better: {warned}."),
        };
        output.Write(findings, string.Join(Environment.NewLine, [.. findings.SelectMany(Lines), string.Empty, summary]));
        return failed == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static IEnumerable<string> Lines(Finding finding)
    {
        yield return Printable.Line($"{finding.Level switch { FindingLevel.Ok => "ok  ", FindingLevel.Warn => "warn", _ => "FAIL" }}  {finding.Subject}: {finding.Seen}");
        if (finding.Why is { } why)
        {
            yield return Printable.Line($"      {why}");
        }

        if (finding.Mend is { } mend)
        {
            yield return Printable.Line($"      -> {mend}");
        }
    }
}
