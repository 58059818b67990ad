namespace EmailRouting.Storage;

/// <summary>What somebody may do in the dashboard; the numbers are in the database.</summary>
public enum PersonRole
{
    /// <summary>Sees what his domains do, and changes nothing.</summary>
    Viewer = 0,

    /// <summary>Manages his domains.</summary>
    Member = 1,

    /// <summary>Manages everything but owners.</summary>
    Admin = 2,

    /// <summary>Manages everything. There is always one.</summary>
    Owner = 3,
}
