using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace EmailRouting.Sqlite.Activity;

/// <summary>Lets <c>dotnet ef migrations add NAME --context ActivityDb --output-dir Activity/Migrations</c> see the model; no database is opened.</summary>
internal sealed class ActivityDbDesign : IDesignTimeDbContextFactory<ActivityDb>
{
    public ActivityDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<ActivityDb>();
        options.UseRelaxedSqlite("design.db");
        return new ActivityDb(options.Options);
    }
}
