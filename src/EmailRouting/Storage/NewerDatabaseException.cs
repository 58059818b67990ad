namespace EmailRouting.Storage;

/// <summary>The database was last migrated by a newer version of this program, whose tables we cannot know.</summary>
public sealed class NewerDatabaseException(string path, string migration) : Exception(
    $"{path} belongs to a newer version of this program (it has the migration {migration}); run that version, or restore an older copy of the data directory.");
