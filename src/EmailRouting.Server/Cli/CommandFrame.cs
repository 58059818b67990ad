using System.CommandLine;
using EmailRouting.Policy;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary>What every command has: <c>--json</c>, the configuration, a database that is there, is ours and is of this version.</summary>
internal sealed class CommandFrame(string[] settings)
{
    /// <param name="name">The word.</param>
    /// <param name="description">For help.</param>
    /// <param name="createsDatabase">Whether the command may be the first on an empty data directory.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="run">What it does; a failure is a <see cref="CommandException"/>.</param>
    public Command Command(string name, string description, bool createsDatabase, Symbol[] symbols, Func<ParseResult, CommandSession, CancellationToken, Task> run) =>
        CommandWithoutDatabase(name, description, symbols, async (parsed, ground, cancellation) =>
        {
            OperatorDatabase database = await OperatorDatabase.OpenAsync(ground.Directory, createsDatabase, TimeProvider.System, cancellation);
            await run(parsed, new CommandSession(database, ground, DefaultPolicy(ground.Configuration), TimeProvider.System), cancellation);
            return CommandLine.Done;
        });

    /// <param name="name">The word.</param>
    /// <param name="description">For help.</param>
    /// <param name="symbols">Its arguments and options.</param>
    /// <param name="run">What it does, and the exit code.</param>
    public Command CommandWithoutDatabase(string name, string description, Symbol[] symbols, Func<ParseResult, CommandGround, CancellationToken, Task<int>> run)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON for programs." };
        var command = new Command(name, description) { json };
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        command.SetAction((parsed, cancellation) =>
        {
            (IConfigurationRoot configuration, bool isDevelopment) = ReadConfiguration();
            var directory = new DataDirectory(configuration["Data:Directory"] is { Length: > 0 } path ? path : "data");
            return run(parsed, new CommandGround(configuration, isDevelopment, directory, new CommandOutput(Console.Out, parsed.GetValue(json))), cancellation);
        });
        return command;
    }

    private static PolicyPreset DefaultPolicy(IConfiguration configuration) =>
        configuration[$"{PolicyOptions.Section}:{nameof(PolicyOptions.Default)}"] is not { Length: > 0 } text ? PolicyPreset.Off
        : Enum.TryParse(text, ignoreCase: true, out PolicyPreset preset) && Enum.IsDefined(preset) ? preset
        : throw new CommandException($"Policy:Default is '{text}'; allowed: {string.Join(", ", Enum.GetNames<PolicyPreset>())}");

    /// <summary>The same sources in the same order as the server's, without the weight of its host.</summary>
    private (IConfigurationRoot Configuration, bool IsDevelopment) ReadConfiguration()
    {
        IConfigurationRoot host = new ConfigurationBuilder()
            .AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("DOTNET_").AddCommandLine(settings).Build();
        string environment = host["environment"] ?? Environments.Production;
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddConfiguration(host)
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, $"appsettings.{environment}.json"), optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(settings)
            .Build();
        return (configuration, environment.Equals(Environments.Development, StringComparison.OrdinalIgnoreCase));
    }
}
