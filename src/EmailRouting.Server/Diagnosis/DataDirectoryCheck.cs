using EmailRouting.Diagnosis;
using EmailRouting.Storage;

namespace EmailRouting.Server.Diagnosis;

/// <summary>Whether the data directory is there, is ours alone, and has room.</summary>
internal sealed class DataDirectoryCheck(DataDirectory directory)
{
    private const long Little = 1L << 30;
    private const long TooLittle = 100L << 20;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const string Subject = "data directory";

    public IReadOnlyList<Finding> Run()
    {
        if (!Directory.Exists(directory.Path))
        {
            return
            [
                Finding.Warn(
                    Subject, $"{directory.Path} does not exist", "All state is kept there: rules, the queue, the activity log.",
                    "Start the server or add a domain, which create it; or name another one: --Data:Directory /var/lib/emailrouting"),
            ];
        }

        var findings = new List<Finding> { Owner() };
        if (!OperatingSystem.IsWindows())
        {
            findings.Add(Mode());
        }

        findings.Add(directory.HasDatabase
            ? Finding.Ok(Subject, $"{directory.RulesDatabase} holds the rules")
            : Finding.Warn(Subject, "there is no database in it", "Without a domain every message is refused.", "domain add example.com"));
        findings.Add(Room());
        return findings;
    }

    private Finding Owner() => DirectoryOwner.IsCurrentUser(directory.Path)
        ? Finding.Ok(Subject, $"{directory.Path} belongs to {Environment.UserName}")
        : Finding.Fail(
            Subject, $"{directory.Path} belongs to another user than {Environment.UserName}", "A database that one user wrote another cannot always read, and the server stops with it.",
            $"Run this as the owner, or: chown -R {Environment.UserName} {directory.Path}");

    private Finding Mode()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        UnixFileMode mode = File.GetUnixFileMode(directory.Path);
        string octal = $"0{Convert.ToString((int)mode, 8)}";
        return (mode & Others) == 0
            ? Finding.Ok(Subject, $"its mode is {octal}: nobody else can look in")
            : Finding.Warn(Subject, $"its mode is {octal}", "Other users of this machine can reach the mail in the queue and the rules.", $"chmod 700 {directory.Path}");
    }

    private Finding Room()
    {
        long free;
        try
        {
            free = new DriveInfo(directory.Path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Finding.Warn(Subject, $"its free space could not be read: {e.Message}", "On a full disk mail is answered with 452.", $"df -h {directory.Path}");
        }

        string seen = $"{free >> 20} MiB are free";
        return free switch
        {
            < TooLittle => Finding.Fail(Subject, seen, "On a full disk new mail is answered with 452 and waits at its sender.", "Make room on this file system, or move the directory."),
            < Little => Finding.Warn(Subject, seen, "On a full disk new mail is answered with 452 and waits at its sender.", "Make room on this file system soon."),
            _ => Finding.Ok(Subject, seen),
        };
    }
}
