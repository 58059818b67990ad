using System.CommandLine;
using System.Data.Common;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary>The program as an operator types it. Exit codes: 0 done, 1 failed, 2 wrong usage.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <param name="args">As they were typed: words of a command and settings (<c>--Section:Key value</c>) in any order.</param>
    /// <param name="serve">Runs the server with the settings among the arguments.</param>
    public static async Task<int> RunAsync(string[] args, Func<string[], Task<int>> serve)
    {
        var arguments = CommandArguments.Split(args);
        var root = new RootCommand("Receives mail for your domains and forwards it, unchanged, to the inboxes you have.");
        var serveCommand = new Command("serve", "Runs the server; the default.");
        serveCommand.SetAction((_, _) => serve(arguments.Settings));
        root.SetAction((_, _) => serve(arguments.Settings));
        root.Add(serveCommand);

        var frame = new CommandFrame(arguments.Settings);
        root.Add(DomainCommands.Build(frame));
        root.Add(KeyCommands.Build(frame));
        root.Add(AddressCommands.Build(frame));
        root.Add(RuleCommands.Build(frame));
        root.Add(SenderCommands.Build(frame));
        root.Add(TokenCommands.Build(frame));
        root.Add(UserCommands.Build(frame));
        root.Add(QueueCommands.Build(frame));
        root.Add(TransferCommands.Export(frame));
        root.Add(TransferCommands.Import(frame));
        root.Add(SendTestCommand.Build(frame));
        root.Add(DoctorCommand.Build(frame));

        ParseResult parsed = root.Parse(arguments.Words);
        if (parsed.Errors.Count > 0)
        {
            return Complain(parsed.Errors[0].Message, WrongUsage);
        }

        try
        {
            // No termination timeout: the library would end the process two seconds after SIGTERM, in the middle of an orderly stop.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CommandException failure)
        {
            return Complain(failure.Message, failure.ExitCode);
        }
        catch (Exception failure) when (failure is NewerDatabaseException or DbException or IOException or UnauthorizedAccessException)
        {
            return Complain(failure.Message, Failed);
        }
    }

    private static int Complain(string message, int exitCode)
    {
        // One line, so that a script that logs it logs all of it.
        Console.Error.WriteLine(Printable.Line(message.ReplaceLineEndings(" ")));
        return exitCode;
    }
}
