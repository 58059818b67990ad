namespace EmailRouting.Benchmarks.Load;

/// <summary>The tools that <c>load.sh</c> measures with: what sends, what takes, and what stands between.</summary>
internal static class LoadCommand
{
    /// <returns>0 when all went well, 1 when a message was not taken, 2 when an option is wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return args switch
            {
                ["send", .. var options] => await SendCommand.RunAsync(options),
                ["sink", .. var options] => await SinkCommand.RunAsync(options),
                ["delay", .. var options] => await DelayCommand.RunAsync(options),
                ["names", .. var options] => await NamesCommand.RunAsync(options),
                ["key", var directory] => KeyCommand.Run(directory),
                _ => throw new UsageException($"'{string.Join(' ', args)}' is no command of load; allowed: send, sink, delay, names, key DIRECTORY"),
            };
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }
}
