using System.Text.RegularExpressions;
using Xunit;

namespace EmailRouting.Tests;

/// <summary>The arrows of src/README.md. To change one, change the picture there and the table here together.</summary>
public sealed partial class FolderDirectionTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Mail"] = [],
        ["Network"] = [],
        ["Dns"] = [],
        ["Storage"] = [],
        ["Rules"] = ["Storage", "Policy"],
        ["Access"] = ["Rules", "Storage"],
        ["Diagnosis"] = ["Rules", "MailAuth", "Dns", "Storage"],
        ["Delivery"] = ["Dns"],
        ["MailAuth"] = ["Dns", "Storage"],
        ["Policy"] = ["MailAuth", "Dns", "Storage"],
        ["Activity"] = ["Storage", "Delivery"],
        ["Queue"] = ["Delivery", "MailAuth", "Activity", "Storage"],
        ["Returns"] = ["Queue", "MailAuth", "Activity"],
        ["Custody"] = ["Queue", "Delivery", "MailAuth", "Activity"],
        ["Reception"] = ["Rules", "Policy", "MailAuth", "Returns", "Custody", "Activity", "Storage"],
    };

    private static readonly string[] EverybodyMayUse = ["Mail", "Network"];

    public static TheoryData<string> Folders => [.. MayUse.Keys];

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_uses_only_what_lies_behind_it_in_the_picture(string folder)
    {
        string[] allowed = [.. MayUse[folder], .. EverybodyMayUse, folder];
        List<string> wrong = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Product(), folder), "*.cs", SearchOption.AllDirectories))
        {
            wrong.AddRange(UsingLine().Matches(File.ReadAllText(file))
                .Select(match => match.Groups[1].Value)
                .Where(used => MayUse.ContainsKey(used) && !allowed.Contains(used))
                .Select(used => $"{Path.GetFileName(file)} uses {used}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_folder_of_the_product_is_in_the_picture() =>
        Assert.Equal(MayUse.Keys.Order(), Directory.EnumerateDirectories(Product()).Select(path => Path.GetFileName(path)).Where(name => name is not ("bin" or "obj")).Order());

    private static string Product()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EmailRouting.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository"), "src", "EmailRouting");
    }

    [GeneratedRegex(@"^using EmailRouting\.([A-Z]\w+)(?:\.\w+)*;", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
