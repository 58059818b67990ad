namespace EmailRouting.Server.Cli;

/// <summary>Ends a command with a sentence for the operator.</summary>
internal sealed class CommandException(string message, int exitCode = CommandLine.Failed) : Exception(message)
{
    public int ExitCode => exitCode;
}
