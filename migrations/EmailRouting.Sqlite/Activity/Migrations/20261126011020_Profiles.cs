using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EmailRouting.Sqlite.Activity.Migrations
{
    /// <inheritdoc />
    public partial class Profiles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Prepended",
                table: "Attempts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ReturnPath",
                table: "Attempts",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Prepended",
                table: "Attempts");

            migrationBuilder.DropColumn(
                name: "ReturnPath",
                table: "Attempts");
        }
    }
}
