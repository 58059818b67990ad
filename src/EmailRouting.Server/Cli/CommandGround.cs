using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary>What a command stands on before anything is opened.</summary>
/// <param name="Configuration">As the server would read it.</param>
/// <param name="IsDevelopment">Whether the environment is Development.</param>
/// <param name="Directory">Where the state is, or would be.</param>
/// <param name="Output">Where it speaks.</param>
internal sealed record CommandGround(IConfiguration Configuration, bool IsDevelopment, DataDirectory Directory, CommandOutput Output);
