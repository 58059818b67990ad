using EmailRouting.Access;
using EmailRouting.Dns;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailRouting.Server.Cli;

/// <summary>What one command works with.</summary>
internal sealed class CommandSession
{
    public CommandSession(OperatorDatabase database, CommandGround ground, PolicyPreset defaultPolicy, TimeProvider clock)
    {
        Ground = ground;
        Database = database;
        Clock = clock;
        Loader = new RuleLoader(database, NullLogger<RuleSet>.Instance);

        // A running server looks for itself.
        Rules = new RuleBook(database, Loader, clock, committed: _ => Task.CompletedTask) { DefaultPolicy = defaultPolicy };
        Tokens = new TokenBook(database, clock);
    }

    public OperatorDatabase Database { get; }

    public CommandGround Ground { get; }

    public DataDirectory Directory => Ground.Directory;

    public TimeProvider Clock { get; }

    public CommandOutput Output => Ground.Output;

    public RuleLoader Loader { get; }

    public RuleBook Rules { get; }

    public TokenBook Tokens { get; }

    /// <summary>The name servers that the configuration names.</summary>
    public IResolver Resolver => new ServiceCollection().AddDns(Ground.Configuration).BuildServiceProvider().GetRequiredService<IResolver>();

    /// <summary>Prints what was done; a refusal ends the command.</summary>
    public void Report(Edit edit, string done)
    {
        switch (edit)
        {
            case Edit.Done changed:
                Output.Write(new { id = changed.Id.ToString("N") }, done);
                break;
            case Edit.Refused refused:
                throw new CommandException(refused.Sentence);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
