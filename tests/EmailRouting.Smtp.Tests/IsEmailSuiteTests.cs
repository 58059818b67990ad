using System.Xml.Linq;
using Xunit;

namespace EmailRouting.Smtp.Tests;

/// <summary>The addresses of the isemail suite, whose verdicts are about RFC 5322 headers, held against envelopes.</summary>
public sealed class IsEmailSuiteTests
{
    // Where a header's address and an envelope's differ, or we take more than the grammar on purpose.
    private static readonly Dictionary<string, bool> ByDiagnosis = new()
    {
        // Dots last or in a row, and local parts over 64 octets: real mail has them (see LocalPart and EmailAddress.MaxLength).
        ["ISEMAIL_ERR_DOT_END"] = true,
        ["ISEMAIL_ERR_CONSECUTIVEDOTS"] = true,
        ["ISEMAIL_RFC5322_LOCAL_TOOLONG"] = true,
        ["ISEMAIL_RFC5321_IPV6DEPRECATED"] = true,
    };

    private static readonly Dictionary<string, bool> ByAddress = new()
    {
        // The same diagnosis at the domain, where dots have their places.
        ["test@iana.org."] = false,
        ["test@iana..com"] = false,
        ["test..iana.org"] = false,

        // A general address literal by the letter of RFC 5321 §4.1.3, with the tag "1111".
        ["test@[1111:2222:3333:4444:5555:6666:7777:8888]"] = true,
    };

    [Fact]
    public void Every_address_of_the_suite_is_judged_as_an_envelope_is()
    {
        string? path = Find("testdata/addresses/isemail-tests.xml");
        Assert.SkipWhen(path is null, "The isemail suite is not beside the repository (../shared/testdata/addresses).");

        List<string> wrong = [];
        int count = 0;
        foreach (XElement test in XDocument.Load(path).Descendants("test"))
        {
            string text = Undraw(test.Element("address")?.Value ?? string.Empty);
            string category = test.Element("category")!.Value;
            string diagnosis = test.Element("diagnosis")!.Value;

            count++;
            if (EmailAddress.TryParse(text, out _) != IsMailbox(text, category, diagnosis))
            {
                wrong.Add($"{test.Attribute("id")!.Value} {text} {diagnosis}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(164, count);
    }

    private static bool IsMailbox(string text, string category, string diagnosis) =>
        ByAddress.TryGetValue(text, out bool isMailbox) || ByDiagnosis.TryGetValue(diagnosis, out isMailbox)
            ? isMailbox
            : category is "ISEMAIL_VALID_CATEGORY" or "ISEMAIL_DNSWARN" or "ISEMAIL_RFC5321";

    /// <summary>The suite draws control characters as their pictures, U+2400 and on.</summary>
    private static string Undraw(string text) =>
        string.Concat(text.Select(c => c is >= '\u2400' and <= '\u241F' ? (char)(c - '\u2400') : c));

    private static string? Find(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EmailRouting.sln")))
            {
                string found = Path.Combine(folder.FullName, "..", "shared", path);
                return File.Exists(found) ? found : null;
            }
        }

        return null;
    }
}
