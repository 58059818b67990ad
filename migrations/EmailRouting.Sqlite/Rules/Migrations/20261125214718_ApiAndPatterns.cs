using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EmailRouting.Sqlite.Rules.Migrations
{
    /// <inheritdoc />
    public partial class ApiAndPatterns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Rules_DomainId_Kind_LocalKey",
                table: "Rules");

            migrationBuilder.AddColumn<string>(
                name: "Domains",
                table: "Tokens",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Written",
                table: "RuleTargets",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ExpiresAt",
                table: "Rules",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "FallbackAfterMinutes",
                table: "Rules",
                type: "INTEGER",
                nullable: true);

            // A column may be added with its reference, where EF Core would build the whole table anew: outside a transaction, and a million rules take their time.
            migrationBuilder.Sql("ALTER TABLE \"Rules\" ADD COLUMN \"FallbackId\" TEXT NULL REFERENCES \"Destinations\" (\"Id\") ON DELETE SET NULL");

            migrationBuilder.AddColumn<string>(
                name: "Labels",
                table: "Rules",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "Notes",
                table: "Rules",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "OwnerWorkerTag",
                table: "Rules",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Revision",
                table: "Rules",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Senders",
                table: "Rules",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Source",
                table: "Rules",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "WrittenAddress",
                table: "Rules",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "WrittenValue",
                table: "Rules",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "DnsLocked",
                table: "Domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<bool>(
                name: "Enabled",
                table: "Domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<long>(
                name: "ModifiedAt",
                table: "Domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "Paused",
                table: "Domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Revision",
                table: "Domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "SkipWizard",
                table: "Domains",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "AskAt",
                table: "Destinations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "AskedAt",
                table: "Destinations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ModifiedAt",
                table: "Destinations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "Nonce",
                table: "Destinations",
                type: "TEXT",
                nullable: true);

            // What was there before has not changed since it was made.
            migrationBuilder.Sql("UPDATE \"Domains\" SET \"ModifiedAt\" = \"CreatedAt\"");
            migrationBuilder.Sql("UPDATE \"Destinations\" SET \"ModifiedAt\" = \"CreatedAt\"");

            migrationBuilder.CreateTable(
                name: "OwnedDomains",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OwnedDomains", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "RuleEvents",
                columns: table => new
                {
                    Sequence = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Actor = table.Column<string>(type: "TEXT", nullable: false),
                    DomainId = table.Column<string>(type: "TEXT", nullable: false),
                    RuleId = table.Column<string>(type: "TEXT", nullable: false),
                    Pattern = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Before = table.Column<string>(type: "TEXT", nullable: true),
                    After = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RuleEvents", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Rules_DomainId_Kind_LocalKey_Senders",
                table: "Rules",
                columns: new[] { "DomainId", "Kind", "LocalKey", "Senders" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Rules_FallbackId",
                table: "Rules",
                column: "FallbackId");

            migrationBuilder.CreateIndex(
                name: "IX_Destinations_AskAt",
                table: "Destinations",
                column: "AskAt",
                filter: "AskAt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_RuleEvents_DomainId_Sequence",
                table: "RuleEvents",
                columns: new[] { "DomainId", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_RuleEvents_RuleId_Sequence",
                table: "RuleEvents",
                columns: new[] { "RuleId", "Sequence" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Rules_Destinations_FallbackId",
                table: "Rules");

            migrationBuilder.DropTable(
                name: "OwnedDomains");

            migrationBuilder.DropTable(
                name: "RuleEvents");

            migrationBuilder.DropIndex(
                name: "IX_Rules_DomainId_Kind_LocalKey_Senders",
                table: "Rules");

            migrationBuilder.DropIndex(
                name: "IX_Rules_FallbackId",
                table: "Rules");

            migrationBuilder.DropIndex(
                name: "IX_Destinations_AskAt",
                table: "Destinations");

            migrationBuilder.DropColumn(
                name: "Domains",
                table: "Tokens");

            migrationBuilder.DropColumn(
                name: "Written",
                table: "RuleTargets");

            migrationBuilder.DropColumn(
                name: "ExpiresAt",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "FallbackAfterMinutes",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "FallbackId",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "Labels",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "Notes",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "OwnerWorkerTag",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "Revision",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "Senders",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "Source",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "WrittenAddress",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "WrittenValue",
                table: "Rules");

            migrationBuilder.DropColumn(
                name: "DnsLocked",
                table: "Domains");

            migrationBuilder.DropColumn(
                name: "Enabled",
                table: "Domains");

            migrationBuilder.DropColumn(
                name: "ModifiedAt",
                table: "Domains");

            migrationBuilder.DropColumn(
                name: "Paused",
                table: "Domains");

            migrationBuilder.DropColumn(
                name: "Revision",
                table: "Domains");

            migrationBuilder.DropColumn(
                name: "SkipWizard",
                table: "Domains");

            migrationBuilder.DropColumn(
                name: "AskAt",
                table: "Destinations");

            migrationBuilder.DropColumn(
                name: "AskedAt",
                table: "Destinations");

            migrationBuilder.DropColumn(
                name: "ModifiedAt",
                table: "Destinations");

            migrationBuilder.DropColumn(
                name: "Nonce",
                table: "Destinations");

            migrationBuilder.CreateIndex(
                name: "IX_Rules_DomainId_Kind_LocalKey",
                table: "Rules",
                columns: new[] { "DomainId", "Kind", "LocalKey" },
                unique: true);
        }
    }
}
