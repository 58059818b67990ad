using System.Net;
using System.Text.Json;
using EmailRouting.MailAuth.Spf;
using EmailRouting.Testing;

namespace EmailRouting.Tests.MailAuth.Spf;

/// <summary>The RFC 7208 test suite: zones and what must come of them.</summary>
internal static class SpfSuite
{
    private const int MaxAliases = 8;
    private static readonly string[] Types = ["a", "aaaa", "mx", "txt", "ptr"];

    private static readonly Lazy<Dictionary<string, SpfCase>?> All = new(Read);

    /// <summary>By scenario and id; null in a plain clone, which does not have the suite beside it.</summary>
    public static IReadOnlyDictionary<string, SpfCase>? Cases => All.Value;

    private static Dictionary<string, SpfCase>? Read()
    {
        if (Find("testdata/spf/rfc7208-tests.json") is not { } path)
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var cases = new Dictionary<string, SpfCase>();
        foreach (JsonElement scenario in document.RootElement.EnumerateArray())
        {
            // Nothing is asked before a case runs: the zone is only described here.
            string zone = scenario.GetProperty("zone").GetRawText();
            foreach (JsonElement test in scenario.GetProperty("tests").EnumerateArray())
            {
                string mailFrom = test.GetProperty("mailfrom").GetString()!;
                string helo = test.GetProperty("helo").GetString()!;
                int at = mailFrom.LastIndexOf('@');
                var client = IPAddress.Parse(test.GetProperty("host").GetString()!);
                SpfQuery query = mailFrom.Length == 0
                    ? SpfQuery.OfMailFrom(client, helo, sender: null)
                    : new SpfQuery(SpfIdentity.MailFrom, client, helo, mailFrom[..at], mailFrom[(at + 1)..]);
                cases.Add(
                    $"{scenario.GetProperty("description").GetString()}: {test.GetProperty("id").GetString()}",
                    new SpfCase(
                        query,
                        zone,
                        [.. test.GetProperty("result").EnumerateArray().Select(result => Enum.Parse<SpfResult>(result.GetString()!, ignoreCase: true))],
                        test.GetProperty("explanation").GetString()));
            }
        }

        return cases;
    }

    public static FakeResolver ToResolver(string json)
    {
        using var document = JsonDocument.Parse(json);
        var zone = document.RootElement.EnumerateObject().ToDictionary(
            name => name.Name.TrimEnd('.'),
            name => name.Value.EnumerateArray().Select(record => (Type: record.GetProperty("type").GetString()!, Value: record.GetProperty("value").Clone())).ToArray(),
            StringComparer.OrdinalIgnoreCase);
        var resolver = new FakeResolver();
        foreach (string name in zone.Keys)
        {
            if (Follow(zone, name) is not { } end)
            {
                resolver.Failing.UnionWith(Types.Select(type => $"{type} {name}"));
                continue;
            }

            (string Type, JsonElement Value)[] records = zone.GetValueOrDefault(end, []);
            Add(resolver.Addresses, name, records.Where(record => record.Type is "A" or "AAAA").Select(record => record.Value.GetString()!));
            Add(resolver.Txt, name, records.Where(record => record.Type == "TXT").Select(record => string.Concat(record.Value.EnumerateArray().Select(text => text.GetString()))));
            Add(resolver.Mx, name, records.Where(record => record.Type == "MX").Select(record => $"{record.Value[0]} {record.Value[1].GetString()}"));
            if (name.EndsWith(".arpa", StringComparison.OrdinalIgnoreCase))
            {
                Add(resolver.Names, FromReverse(name), records.Where(record => record.Type == "PTR").Select(record => record.Value.GetString()!));
            }

            if (records.Any(record => record.Type == "*"))
            {
                // What is listed beside the marker answers, the rest does not.
                resolver.Failing.UnionWith(Types
                    .Where(type => !records.Any(record => record.Type.Equals(type, StringComparison.OrdinalIgnoreCase)))
                    .Select(type => $"{type} {name}"));
            }
        }

        return resolver;
    }

    /// <returns>Null where the aliases go round.</returns>
    private static string? Follow(Dictionary<string, (string Type, JsonElement Value)[]> zone, string name)
    {
        for (int i = 0; i < MaxAliases; i++)
        {
            (string Type, JsonElement Value) alias = zone.GetValueOrDefault(name, []).FirstOrDefault(record => record.Type == "CNAME");
            if (alias.Type is null)
            {
                return name;
            }

            name = alias.Value.GetString()!.TrimEnd('.');
        }

        return null;
    }

    private static void Add(Dictionary<string, string[]> records, string name, IEnumerable<string> values)
    {
        if (values.ToArray() is { Length: > 0 } found)
        {
            records[name] = found;
        }
    }

    private static string FromReverse(string name)
    {
        string[] labels = [.. name.Split('.').SkipLast(2).Reverse()];
        return labels.Length == 4 ? string.Join('.', labels) : new IPAddress(Convert.FromHexString(string.Concat(labels))).ToString();
    }

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

/// <param name="Query">What is asked.</param>
/// <param name="Zone">The DNS, as the suite writes it.</param>
/// <param name="Results">Any of these.</param>
/// <param name="Explanation">Null: not looked at. <c>DEFAULT</c>: the domain has nothing to say.</param>
internal sealed record SpfCase(SpfQuery Query, string Zone, SpfResult[] Results, string? Explanation);
