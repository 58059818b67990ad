namespace EmailRouting.Storage;

/// <summary>The one folder that holds all state (<c>Data:Directory</c>), and where in it each thing is.</summary>
public sealed class DataDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public DataDirectory(string path) => Path = System.IO.Path.GetFullPath(path);

    /// <summary>Full path, as the banner prints it.</summary>
    public string Path { get; }

    /// <summary>Domains, destinations, rules, users, tokens.</summary>
    public string RulesDatabase => System.IO.Path.Combine(Path, "rules.db");

    /// <summary>Messages that are owed, and the ledger.</summary>
    public string QueueDatabase => System.IO.Path.Combine(Path, "queue.db");

    /// <summary>What happened; no promise rests on it.</summary>
    public string ActivityDatabase => System.IO.Path.Combine(Path, "activity.db");

    /// <summary>Bodies over 256 KiB: <c>*.tmp</c> while they arrive, <c>*.eml</c> once the queue owns them.</summary>
    public string Spool => System.IO.Path.Combine(Path, "spool");

    /// <summary>Private keys and secrets: a folder for each domain that signs, and the secrets of SRS.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");

    /// <summary>Held exclusively by <c>serve</c>.</summary>
    public string Lock => System.IO.Path.Combine(Path, "lock");

    public bool HasDatabase => File.Exists(RulesDatabase);

    /// <summary>Creates the folder and those in it where they are missing, readable by their owner only.</summary>
    public void Create()
    {
        CreatePrivate(Path);
        CreatePrivate(Spool);
        CreatePrivate(Keys);
    }

    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // A new folder inherits its access list there; Unix modes do not exist.
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }
}
