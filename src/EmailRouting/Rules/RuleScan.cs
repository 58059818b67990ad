using System.Data.Common;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EmailRouting.Rules;

/// <summary>All rules of a database, a million of them if need be, as <see cref="RuleQueries.Rows"/> has them.</summary>
/// <remarks>
/// Each column of each row is two or three calls into the database's library, and sixteen of them cost more than to find the row. A plain rule, as nearly all are,
/// comes in one column therefore: its ids one after another, then its local part.
/// </remarks>
internal static class RuleScan
{
    private const int IdLength = 32;

    private static readonly string Rows =
        $"""
        SELECT CASE WHEN r."Kind" = {(int)RuleKind.Exact} AND r."Action" = {(int)RuleAction.Forward} AND r."Enabled" AND r."Priority" = 0 AND r."Senders" = ''
                         AND r."ExpiresAt" IS NULL AND r."FallbackId" IS NULL
                    THEN r."Id" || r."DomainId" || t."DestinationId" || r."LocalKey" END,
               r."Id", r."DomainId", r."Kind", r."LocalKey", r."LocalPart", r."Senders", r."Priority", r."ExpiresAt", r."Enabled", r."Action", r."RejectCode", r."RejectText",
               r."FallbackId", r."FallbackAfterMinutes", t."DestinationId", t."Alias"
        FROM "Rules" r LEFT JOIN "RuleTargets" t ON t."RuleId" = r."Id"
        ORDER BY r."Id", t."Position"
        """;

    /// <param name="db">Its connection is opened, if it is not.</param>
    public static IEnumerable<RuleRow> Read(RulesDb db)
    {
        db.Database.OpenConnection();
        using DbCommand command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = Rows;
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        using DbDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            yield return row.IsDBNull(0) ? Whole(row) : Plain(row.GetString(0));
        }
    }

    private static RuleRow Plain(string row) => new(
        Id(row),
        Id(row.AsSpan(IdLength)),
        RuleKind.Exact,
        row[(3 * IdLength)..],
        Text: null,
        Senders: string.Empty,
        Priority: 0,
        ExpiresAt: null,
        Enabled: true,
        RuleAction.Forward,
        RejectCode: null,
        RejectText: null,
        FallbackId: null,
        FallbackAfterMinutes: null,
        Id(row.AsSpan(2 * IdLength)),
        Alias: null);

    private static RuleRow Whole(DbDataReader row)
    {
        var kind = (RuleKind)row.GetInt32(3);
        return new RuleRow(
            Id(row.GetString(1)),
            Id(row.GetString(2)),
            kind,
            row.GetString(4),
            kind == RuleKind.Exact ? null : row.GetString(5),
            row.GetString(6),
            row.GetInt32(7),
            Number(row, 8) is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null,
            row.GetBoolean(9),
            (RuleAction)row.GetInt32(10),
            (int?)Number(row, 11),
            Text(row, 12),
            Text(row, 13) is { } fallback ? Id(fallback) : null,
            (int?)Number(row, 14),
            Text(row, 15) is { } destination ? Id(destination) : null,
            Text(row, 16));
    }

    private static Guid Id(ReadOnlySpan<char> hex) => Guid.ParseExact(hex[..IdLength], "N");

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
