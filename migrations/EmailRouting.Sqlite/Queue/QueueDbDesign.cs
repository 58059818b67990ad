using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace EmailRouting.Sqlite.Queue;

/// <summary>For <c>dotnet ef migrations add NAME --context QueueDb --output-dir Queue/Migrations</c>; the program itself never uses it.</summary>
internal sealed class QueueDbDesign : IDesignTimeDbContextFactory<QueueDb>
{
    public QueueDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<QueueDb>();
        options.UseDurableSqlite("queue.db");
        return new QueueDb(options.Options);
    }
}
