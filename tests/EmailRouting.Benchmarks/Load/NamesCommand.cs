using EmailRouting.Testing;

namespace EmailRouting.Benchmarks.Load;

/// <summary><c>load names</c>: a name server that knows a few records, so that several destinations exist on loopback.</summary>
/// <remarks>Says where it listens, and runs until it is stopped.</remarks>
internal static class NamesCommand
{
    private static readonly string[] Types = ["A", "AAAA", "MX", "TXT"];

    public static async Task<int> RunAsync(string[] args)
    {
        string[] records = new CommandOptions(args, "--record RECORD").Texts("--record");
        foreach (string record in records)
        {
            if (record.Split(' ', 3) is not [_, var type, _] || !Types.Contains(type) || (type == "MX" && record.Split(' ').Length != 4))
            {
                throw new UsageException($"--record is '{record}'; allowed: 'NAME A ADDRESS', 'NAME AAAA ADDRESS', 'NAME MX PREFERENCE HOST', 'NAME TXT TEXT'");
            }
        }

        await using var server = new ScriptedNameServer();
        foreach (IGrouping<string, string> name in records.GroupBy(static record => record.Split(' ')[0]))
        {
            foreach (string type in Types)
            {
                server.On($"{type} {name.Key}", [.. name.Where(record => record.Split(' ')[1] == type)]);
            }
        }

        Console.WriteLine(server.EndPoint);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
