using System.Runtime.InteropServices;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.Win32.SafeHandles;

namespace EmailRouting.Queue;

/// <summary>The folder of bodies that are too large for a row. A file here means nothing without its row, so it is made durable before the row is, and deleted after.</summary>
public sealed class Spool(DataDirectory directory)
{
    private const string Kept = ".eml";

    /// <summary>Where the body of a message is once the queue owns it.</summary>
    public string PathOf(MailId id) => Path.Combine(directory.Spool, id + Kept);

    /// <summary>Takes a temporary file over and returns when its bytes and its name are on stable storage.</summary>
    public void Keep(MessageContent content, MailId id)
    {
        using (SafeFileHandle file = File.OpenHandle(content.Path!, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            RandomAccess.FlushToDisk(file);
        }

        content.KeepFileAs(PathOf(id));
        FlushNames();
    }

    /// <exception cref="FileNotFoundException">The message has been delivered meanwhile.</exception>
    public FileStream OpenRead(MailId id) => new(PathOf(id), new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.Read | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    });

    /// <summary>After the row is gone. A file that will not go is an orphan of the next start, no reason to fail a delivery that was made.</summary>
    public void Delete(MailId id)
    {
        try
        {
            File.Delete(PathOf(id));
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Removes every file that no row speaks of: bodies whose messages never became durable, or are gone already.</summary>
    /// <param name="isOwned">Whether the message with this id lies in a file; asked once for each file, for a queue may be long and its files few.</param>
    /// <returns>How many.</returns>
    public int RemoveOrphans(Func<MailId, bool> isOwned)
    {
        int removed = 0;
        foreach (string file in Directory.EnumerateFiles(directory.Spool))
        {
            bool isKept = file.EndsWith(Kept, StringComparison.Ordinal)
                && MailId.TryParse(Path.GetFileNameWithoutExtension(file), out MailId id)
                && isOwned(id);
            if (!isKept)
            {
                File.Delete(file);
                removed++;
            }
        }

        return removed;
    }

    // A rename is durable only when its folder is (fsync(2)). .NET opens no folders, so the two calls go to libc; NTFS journals names by itself.
    private void FlushNames()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int folder = NativeMethods.Open(directory.Spool, flags: 0);
        if (folder < 0)
        {
            throw new IOException($"Cannot open {directory.Spool}", Marshal.GetLastPInvokeError());
        }

        try
        {
            if (NativeMethods.Fsync(folder) != 0)
            {
                throw new IOException($"Cannot flush {directory.Spool}", Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            _ = NativeMethods.Close(folder);
        }
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Fsync(int file);

        [DllImport("libc", EntryPoint = "close")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int file);
    }
}
