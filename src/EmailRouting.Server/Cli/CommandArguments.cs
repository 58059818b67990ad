namespace EmailRouting.Server.Cli;

/// <summary>Arguments, told apart: settings are the configuration's, the rest are words of a command.</summary>
internal sealed record CommandArguments(string[] Words, string[] Settings)
{
    // Settings of the host that have no section.
    private static readonly string[] Host = ["--urls", "--environment", "--contentroot"];

    public static CommandArguments Split(string[] args)
    {
        var words = new List<string>();
        var settings = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i].Split('=', 2)[0];
            bool isSetting = name.StartsWith("--", StringComparison.Ordinal)
                && (name.Contains(':', StringComparison.Ordinal) || Host.Contains(name, StringComparer.OrdinalIgnoreCase));
            if (!isSetting)
            {
                words.Add(args[i]);
                continue;
            }

            settings.Add(args[i]);
            if (name.Length == args[i].Length && i + 1 < args.Length)
            {
                settings.Add(args[++i]);
            }
        }

        return new CommandArguments([.. words], [.. settings]);
    }
}
