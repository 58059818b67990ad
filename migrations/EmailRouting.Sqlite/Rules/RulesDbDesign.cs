using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace EmailRouting.Sqlite.Rules;

/// <summary>Lets <c>dotnet ef migrations add NAME --context RulesDb --output-dir Rules/Migrations</c> see the model; no database is opened.</summary>
internal sealed class RulesDbDesign : IDesignTimeDbContextFactory<RulesDb>
{
    public RulesDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<RulesDb>();
        options.UseDurableSqlite("design.db");
        return new RulesDb(options.Options);
    }
}
