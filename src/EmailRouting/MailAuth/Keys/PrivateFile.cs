namespace EmailRouting.MailAuth.Keys;

/// <summary>Files that only their owner may read, whole or not there at all.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>False where there is such a file already; it is left as it is.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> octets)
    {
        string temporary = WriteBeside(path, octets);
        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process, the command line or the server, was quicker.
            File.Delete(temporary);
            return false;
        }
    }

    /// <summary>Puts a file in the place of another.</summary>
    /// <exception cref="IOException">It cannot be written; the other is still there.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> octets) => File.Move(WriteBeside(path, octets), path, overwrite: true);

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static string WriteBeside(string path, ReadOnlySpan<byte> octets)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(temporary, options);
        file.Write(octets);
        file.Flush(flushToDisk: true);
        return temporary;
    }
}
