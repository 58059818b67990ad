using System.Diagnostics;
using EmailRouting.Server.Tests.Harness;
using Xunit;

namespace EmailRouting.Server.Tests.Crash;

/// <summary>A tmpfs of a few MiB in the place of a server's data directory, with what was in that.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    private string Ballast => Path.Combine(_path, "ballast");

    /// <summary>Skips the test where nobody may mount anything.</summary>
    /// <param name="server">One that is not started.</param>
    /// <param name="mebibytes">All there is.</param>
    public static SmallDisk Under(RunningServer server, int mebibytes)
    {
        string path = server.Data.Path;
        (string Name, byte[] Octets)[] files = [.. Directory.GetFiles(path).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))];
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Mounting a small disk takes root on Linux.");
        (int exit, string why) = Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=0700", "tmpfs", path);
        Assert.SkipUnless(exit == 0, $"A small disk cannot be mounted here: {why}");
        foreach ((string name, byte[] octets) in files)
        {
            File.WriteAllBytes(Path.Combine(path, name), octets);
        }

        foreach (string folder in (string[])["spool"])
        {
            Directory.CreateDirectory(Path.Combine(path, folder));
        }

        return new SmallDisk(path);
    }

    /// <summary>Somebody else's file takes all that is left.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        foreach (int size in (int[])[64 * 1024, 4096, 1])
        {
            byte[] block = new byte[size];
            try
            {
                while (true)
                {
                    ballast.Write(block);
                }
            }
            catch (IOException)
            {
                // Full, to this size.
            }
        }
    }

    public void Free() => File.Delete(Ballast);

    // Lazily: the server may still have its files open.
    public void Dispose() => Run("umount", "-l", _path);

    private static (int Exit, string Error) Run(string program, params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Trim());
    }
}
