namespace EmailRouting.Sqlite.Queue;

/// <summary>Primary result codes of SQLite (sqlite.org/rescode.html) that the queue tells apart.</summary>
internal static class SqliteFailure
{
    public const int IoError = 10;

    /// <summary>No room on the disk, or past <c>max_page_count</c>.</summary>
    public const int Full = 13;
}
