namespace EmailRouting.Web.You;

/// <summary>A browser's own words, as people know it.</summary>
internal static class AgentText
{
    // In this order: most of them call themselves by the names of the others too.
    private static readonly (string Word, string Name)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Word, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    public static string Of(string agent)
    {
        string? browser = Find(Browsers, agent);
        string? system = Find(Systems, agent);
        return (browser, system) switch
        {
            (null, null) => agent.Length == 0 ? Texts.UnknownBrowser : agent.Length > 60 ? $"{agent[..60]}…" : agent,
            (null, _) => system,
            (_, null) => browser,
            _ => $"{browser}, {system}",
        };
    }

    private static string? Find((string Word, string Name)[] names, string agent) =>
        Array.Find(names, n => agent.Contains(n.Word, StringComparison.Ordinal)).Name;
}
