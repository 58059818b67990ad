using EmailRouting.Storage;
using Microsoft.AspNetCore.DataProtection;

namespace EmailRouting.Server.Hosting;

/// <summary>What seals the links and sessions of this installation: keys in its data directory, the same for the server and the command line.</summary>
internal static class InstallationKeys
{
    public static void AddInstallationKeys(this IServiceCollection services, DataDirectory data) =>
        services.AddDataProtection().SetApplicationName("EmailRouting").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(data.Path, "protection")));
}
