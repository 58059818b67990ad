using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EmailRouting.Sqlite.Queue.Migrations
{
    /// <inheritdoc />
    public partial class AliasDomains : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "AliasDomains",
                table: "Deliveries",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            // What is queued already, as if its aliases were on several domains each: the text after the last @. An alias typed in Unicode is not found by its domain until it is gone.
            migrationBuilder.Sql(
                """
                UPDATE Deliveries SET AliasDomains = ' ' || coalesce((
                    SELECT group_concat(lower(replace(alias, rtrim(alias, replace(alias, '@', '')), '')), ' ')
                    FROM (SELECT DISTINCT json_extract(value, '$[0]') AS alias FROM json_each(Deliveries.Aliases))), '') || ' '
                """);

            migrationBuilder.CreateIndex(
                name: "DeliveriesOfDomain",
                table: "Deliveries",
                columns: new[] { "AliasDomains", "State" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "DeliveriesOfDomain",
                table: "Deliveries");

            migrationBuilder.DropColumn(
                name: "AliasDomains",
                table: "Deliveries");
        }
    }
}
