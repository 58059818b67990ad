using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EmailRouting.Sqlite.Queue.Migrations
{
    /// <inheritdoc />
    public partial class Fallback : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Fallback",
                table: "Deliveries",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FallbackAfter",
                table: "Deliveries",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Fallback",
                table: "Deliveries");

            migrationBuilder.DropColumn(
                name: "FallbackAfter",
                table: "Deliveries");
        }
    }
}
