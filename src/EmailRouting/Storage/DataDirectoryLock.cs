namespace EmailRouting.Storage;

/// <summary>The right to be the only one who serves from, or migrates, a data directory. Ends with the process, however that ends.</summary>
public sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <returns>Null where another process holds it.</returns>
    public static DataDirectoryLock? TryTake(DataDirectory directory)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX) on Unix. The file stays: to delete it would let two processes lock two files of one name.
            return new DataDirectoryLock(new FileStream(directory.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(directory.Lock))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
