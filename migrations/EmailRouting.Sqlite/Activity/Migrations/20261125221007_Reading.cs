using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EmailRouting.Sqlite.Activity.Migrations
{
    /// <summary>Gives every message a status, counts and words to be found by, and lays the tables out for a million of them.</summary>
    /// <remarks>
    /// Written by hand, since EF Core knows neither <c>WITHOUT ROWID</c> nor FTS5. A table with a key of two columns and no row id is one tree on disk where it was two,
    /// which pays for everything that is new here. Whoever has EF Core rebuild one of these tables later must write that migration by hand too.
    /// </remarks>
    public partial class Reading : Migration
    {
        // In the order of the numbers of MessageStatus.
        private const string StatusOfOldMessages =
            """
            UPDATE "Messages" SET "Status" = CASE "Result"
                WHEN 'delivered' THEN 3
                WHEN 'queued' THEN 1
                WHEN 'dropped' THEN 4
                WHEN 'refused' THEN 5
                WHEN 'already-taken' THEN 10
                WHEN 'deferred' THEN CASE
                    WHEN EXISTS (SELECT 1 FROM "Attempts" a WHERE a."MessageId" = "Messages"."Id" AND a."Result" = 'delivered') THEN 3 ELSE 6 END
                ELSE CASE
                    WHEN NOT EXISTS (SELECT 1 FROM "Recipients" r WHERE r."MessageId" = "Messages"."Id") THEN 9
                    WHEN EXISTS (SELECT 1 FROM "Recipients" r WHERE r."MessageId" = "Messages"."Id" AND r."Decision" <> 'refuse') THEN 9
                    WHEN EXISTS (SELECT 1 FROM "Recipients" r WHERE r."MessageId" = "Messages"."Id" AND r."Reply" LIKE '5%') THEN 5
                    ELSE 6 END
                END;

            UPDATE "Messages" SET "Status" = "Worst"."Status"
            FROM (
                SELECT "MessageId", CASE
                    WHEN MAX("End" = 'failed') THEN 8
                    WHEN MAX("End" = 'bounced') THEN 7
                    WHEN MAX("End" = 'deferred') THEN 2
                    WHEN MAX("End" = 'refused') THEN 1
                    WHEN MAX("End" = 'delivered') THEN 3
                    ELSE 4 END AS "Status"
                FROM (
                    SELECT "MessageId", CASE
                        WHEN MAX("Result" = 'delivered') THEN 'delivered'
                        ELSE (SELECT b."Result" FROM "Attempts" b
                              WHERE b."MessageId" = a."MessageId" AND lower(b."Destination") = lower(a."Destination") ORDER BY b."Ordinal" DESC LIMIT 1)
                        END AS "End"
                    FROM "Attempts" a GROUP BY "MessageId", lower("Destination"))
                GROUP BY "MessageId") AS "Worst"
            WHERE "Worst"."MessageId" = "Messages"."Id" AND "Messages"."Result" = 'queued';
            """;

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                ALTER TABLE "Messages" ADD COLUMN "Owed" INTEGER NULL;
                ALTER TABLE "Messages" ADD COLUMN "Status" INTEGER NOT NULL DEFAULT 9;

                DROP INDEX "IX_Recipients_Alias_MessageId";
                ALTER TABLE "Recipients" RENAME TO "OldRecipients";
                CREATE TABLE "Recipients" (
                    "MessageId" INTEGER NOT NULL,
                    "Position" INTEGER NOT NULL,
                    "Alias" TEXT NOT NULL,
                    "Domain" TEXT NOT NULL,
                    "Decision" TEXT NOT NULL,
                    "RuleId" TEXT NULL,
                    "Reply" TEXT NOT NULL,
                    CONSTRAINT "PK_Recipients" PRIMARY KEY ("MessageId", "Position")
                ) WITHOUT ROWID;
                INSERT INTO "Recipients" ("MessageId", "Position", "Alias", "Domain", "Decision", "RuleId", "Reply")
                SELECT "MessageId", "Position", "Alias",
                    CASE instr("Alias", '@') WHEN 0 THEN '' ELSE substr("Alias", length(rtrim("Alias", replace("Alias", '@', ''))) + 1) END,
                    "Decision", "RuleId", "Reply"
                FROM "OldRecipients" ORDER BY "MessageId", "Position";
                DROP TABLE "OldRecipients";
                CREATE INDEX "IX_Recipients_Domain_Alias_MessageId_Decision" ON "Recipients" ("Domain", "Alias", "MessageId", "Decision");

                DROP INDEX "IX_Attempts_MessageId";
                ALTER TABLE "Attempts" RENAME TO "OldAttempts";
                CREATE TABLE "Attempts" (
                    "MessageId" INTEGER NOT NULL,
                    "Ordinal" INTEGER NOT NULL,
                    "At" INTEGER NOT NULL,
                    "Number" INTEGER NOT NULL,
                    "Destination" TEXT NOT NULL,
                    "Aliases" TEXT NOT NULL,
                    "Result" TEXT NOT NULL,
                    "Host" TEXT NOT NULL,
                    "Address" TEXT NOT NULL,
                    "Tls" TEXT NOT NULL,
                    "Reply" TEXT NOT NULL,
                    "Sha256" BLOB NULL,
                    "ElapsedMicroseconds" INTEGER NOT NULL,
                    CONSTRAINT "PK_Attempts" PRIMARY KEY ("MessageId", "Ordinal")
                ) WITHOUT ROWID;
                INSERT INTO "Attempts" ("MessageId", "Ordinal", "At", "Number", "Destination", "Aliases", "Result", "Host", "Address", "Tls", "Reply", "Sha256", "ElapsedMicroseconds")
                SELECT "MessageId", row_number() OVER (PARTITION BY "MessageId" ORDER BY "Id") - 1,
                    "At", "Number", "Destination", "Aliases", "Result", "Host", "Address", "Tls", "Reply", "Sha256", "ElapsedMicroseconds"
                FROM "OldAttempts";
                DROP TABLE "OldAttempts";
                """);
            migrationBuilder.Sql(StatusOfOldMessages);

            // Refusals have no rows for what was before: they are counted from now on.
            migrationBuilder.Sql(
                """
                CREATE TABLE "Refusals" (
                    "Hour" INTEGER NOT NULL,
                    "Domain" TEXT NOT NULL,
                    "Reason" TEXT NOT NULL,
                    "Count" INTEGER NOT NULL,
                    CONSTRAINT "PK_Refusals" PRIMARY KEY ("Hour", "Domain", "Reason")
                ) WITHOUT ROWID;
                CREATE TABLE "Tallies" (
                    "Seconds" INTEGER NOT NULL,
                    "Start" INTEGER NOT NULL,
                    "Domain" TEXT NOT NULL,
                    "Status" INTEGER NOT NULL,
                    "Messages" INTEGER NOT NULL,
                    CONSTRAINT "PK_Tallies" PRIMARY KEY ("Seconds", "Start", "Domain", "Status")
                ) WITHOUT ROWID;
                WITH "Lengths" ("Seconds") AS (VALUES (60), (3600))
                INSERT INTO "Tallies" ("Seconds", "Start", "Domain", "Status", "Messages")
                SELECT "Seconds", m."At" - m."At" % ("Seconds" * 1000), '', m."Status", COUNT(*)
                FROM "Messages" m CROSS JOIN "Lengths" GROUP BY 1, 2, 4
                UNION ALL
                SELECT "Seconds", m."At" - m."At" % ("Seconds" * 1000), r."Domain", m."Status", COUNT(DISTINCT m."Id")
                FROM "Recipients" r JOIN "Messages" m ON m."Id" = r."MessageId" CROSS JOIN "Lengths" WHERE r."Domain" <> '' GROUP BY 1, 2, 3, 4;
                """);
            migrationBuilder.Sql(
                """
                CREATE VIRTUAL TABLE "MessageWords" USING fts5("Text", content='', contentless_delete=1, detail=none, tokenize='ascii');
                CREATE TABLE "StaleWords" ("Id" INTEGER NOT NULL CONSTRAINT "PK_StaleWords" PRIMARY KEY);
                INSERT INTO "StaleWords" ("Id") SELECT "Id" FROM "Messages";
                """);
        }

        /// <summary>There is no way back: an older program refuses a newer database.</summary>
        protected override void Down(MigrationBuilder migrationBuilder) => throw new System.NotSupportedException("This migration has no way back");
    }
}
