using EmailRouting.MailAuth.Keys;
using EmailRouting.Storage;

namespace EmailRouting.Benchmarks.Load;

/// <summary><c>load key DIRECTORY</c>: the record of the key that <c>load send --sign DIRECTORY</c> signs with, as <c>load names --record</c> takes it.</summary>
internal static class KeyCommand
{
    private const string Domain = "origin.test";

    public static int Run(string directory)
    {
        SigningKey key = Key(directory);
        Console.WriteLine($"{key.RecordName} TXT {key.RecordText}");
        return 0;
    }

    /// <summary>Made where there is none.</summary>
    /// <exception cref="UsageException">The directory cannot be made.</exception>
    public static SigningKey Key(string directory)
    {
        try
        {
            var data = new DataDirectory(directory);
            data.Create();
            return new SigningKeys(data, TimeProvider.System).Get(Domain);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{directory}' is no directory for a key: {e.Message}");
        }
    }
}
