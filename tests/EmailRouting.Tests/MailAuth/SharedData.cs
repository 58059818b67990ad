namespace EmailRouting.Tests.MailAuth;

/// <summary>Conformance data beside the repository.</summary>
internal static class SharedData
{
    /// <summary>Null in a plain clone.</summary>
    public static string? Find(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EmailRouting.sln")))
            {
                string found = Path.Combine(folder.FullName, "..", "shared", path);
                return File.Exists(found) ? found : null;
            }
        }

        return null;
    }
}
