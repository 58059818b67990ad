using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EmailRouting.Storage;

/// <summary>Whose a directory is: what another user wrote into it, the server could not read.</summary>
public static class DirectoryOwner
{
    private const int CurrentDirectory = -100;
    private const uint WantUser = 0x8;
    private const int UserOffset = 20;

    /// <summary>Whether the user of this process owns the directory. Root does not own what is somebody else's.</summary>
    public static bool IsCurrentUser(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Elsewhere the access rights of the files decide.
            return true;
        }

        // struct statx is the same on every architecture, unlike struct stat; .NET shows neither's owner.
        byte[] status = new byte[256];
        return StatX(CurrentDirectory, path, 0, WantUser, status) == 0
            && BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(UserOffset)) == EffectiveUser();
    }

    [DllImport("libc", EntryPoint = "statx", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
