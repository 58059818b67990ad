using System.Data.Common;
using System.Text.Json;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Sqlite.Activity;

/// <summary>The search index as an FTS5 table, <c>MessageWords</c>, and a list of the messages that it does not know yet, <c>StaleWords</c>.</summary>
/// <remarks>
/// <para>
/// FTS5 gathers what a transaction adds and writes it in one piece, so a random word costs no random page. The table keeps no text (<c>content=''</c>) and no positions
/// (<c>detail=none</c>): which message has which word, and no more. An index of substrings (trigrams) costs more than four times as much to write.
/// </para>
/// <para>The row id is the message's id with its sign turned: FTS5 is quick to begin at the smallest, and everybody asks for the newest.</para>
/// </remarks>
public sealed class SqliteActivityIndex : IActivityIndex
{
    public void Touch(DbConnection connection, DbTransaction transaction, IReadOnlyCollection<MailId> messages)
    {
        using DbCommand command = Command(connection, transaction, """INSERT OR IGNORE INTO "StaleWords" ("Id") SELECT "value" FROM json_each(@ids)""");
        command.Parameters.Add(new SqliteParameter("@ids", $"[{string.Join(',', messages.Select(m => m.Value))}]"));
        command.ExecuteNonQuery();
    }

    public void Put(DbConnection connection, DbTransaction transaction, IReadOnlyDictionary<MailId, string> documents)
    {
        using DbCommand put = Command(connection, transaction, """INSERT OR REPLACE INTO "MessageWords" (rowid, "Text") VALUES (-@id, @text)""");
        using DbCommand clear = Command(connection, transaction, """DELETE FROM "StaleWords" WHERE "Id" = @id""");
        SqliteParameter putId = AddId(put);
        SqliteParameter clearId = AddId(clear);
        var text = new SqliteParameter("@text", SqliteType.Text);
        put.Parameters.Add(text);

        // By growing row id, or FTS5 writes out what it has gathered each time that one is smaller than the last.
        foreach ((MailId id, string words) in documents.OrderByDescending(d => d.Key.Value))
        {
            (putId.Value, clearId.Value, text.Value) = (id.Value, id.Value, words);
            put.ExecuteNonQuery();
            clear.ExecuteNonQuery();
        }
    }

    public void Remove(DbConnection connection, DbTransaction transaction, IReadOnlyCollection<MailId> messages)
    {
        using DbCommand remove = Command(connection, transaction, """DELETE FROM "MessageWords" WHERE rowid = -@id""");
        using DbCommand clear = Command(connection, transaction, """DELETE FROM "StaleWords" WHERE "Id" = @id""");
        SqliteParameter removeId = AddId(remove);
        SqliteParameter clearId = AddId(clear);
        foreach (MailId id in messages)
        {
            (removeId.Value, clearId.Value) = (id.Value, id.Value);
            remove.ExecuteNonQuery();
            clear.ExecuteNonQuery();
        }
    }

    public Task<int> CountStaleAsync(ActivityDb db, CancellationToken cancellation) =>
        db.Database.SqlQuery<int>($"""SELECT COUNT(*) AS "Value" FROM "StaleWords" """).SingleAsync(cancellation);

    public async Task<List<MailId>> StaleAsync(ActivityDb db, IdRange range, int limit, CancellationToken cancellation)
    {
        List<long> ids = await db.Database.SqlQuery<long>(
            $"""
            SELECT "Id" AS "Value" FROM "StaleWords" WHERE "Id" >= {range.From.Value} AND "Id" < {range.Before.Value} ORDER BY "Id" DESC LIMIT {limit}
            """).ToListAsync(cancellation);
        return ids.ConvertAll(id => new MailId(id));
    }

    public async Task<List<MailId>> FindAsync(ActivityDb db, IndexQuestion question, IdRange range, int limit, CancellationToken cancellation)
    {
        long first = 1 - range.Before.Value;
        long last = -range.From.Value;
        string domains = JsonSerializer.Serialize(question.Domains);
        FormattableString sql = (Expression(question), Pattern(question)) switch
        {
            ({ } words, null) =>
                $"""
                SELECT -rowid AS "Value" FROM "MessageWords" WHERE "MessageWords" MATCH {words} AND rowid BETWEEN {first} AND {last}
                AND NOT EXISTS (SELECT 1 FROM "StaleWords" WHERE "Id" = -"MessageWords".rowid) ORDER BY rowid LIMIT {limit}
                """,

            // The plus keeps SQLite from asking FTS5 anew for each message of an alias.
            ({ } words, { } pattern) =>
                $"""
                SELECT -rowid AS "Value" FROM "MessageWords" WHERE "MessageWords" MATCH {words} AND rowid BETWEEN {first} AND {last}
                AND +rowid IN (
                    SELECT -"MessageId" FROM "Recipients"
                    WHERE ({question.Domains.Count} = 0 OR "Domain" IN (SELECT "value" FROM json_each({domains}))) AND "Alias" LIKE {pattern} ESCAPE '\')
                AND NOT EXISTS (SELECT 1 FROM "StaleWords" WHERE "Id" = -"MessageWords".rowid) ORDER BY rowid LIMIT {limit}
                """,

            // Here it keeps SQLite from reading the whole table in the order of ids: the index by alias is a third of it.
            (null, { } pattern) when question.Domains.Count == 0 =>
                $"""
                SELECT DISTINCT "MessageId" AS "Value" FROM "Recipients" WHERE "Alias" LIKE {pattern} ESCAPE '\'
                AND +"MessageId" >= {range.From.Value} AND +"MessageId" < {range.Before.Value}
                AND NOT EXISTS (SELECT 1 FROM "StaleWords" WHERE "Id" = "MessageId") ORDER BY +"MessageId" DESC LIMIT {limit}
                """,
            (null, { } pattern) =>
                $"""
                SELECT DISTINCT "MessageId" AS "Value" FROM "Recipients"
                WHERE "Domain" IN (SELECT "value" FROM json_each({domains})) AND "Alias" LIKE {pattern} ESCAPE '\'
                AND +"MessageId" >= {range.From.Value} AND +"MessageId" < {range.Before.Value}
                AND NOT EXISTS (SELECT 1 FROM "StaleWords" WHERE "Id" = "MessageId") ORDER BY +"MessageId" DESC LIMIT {limit}
                """,
            _ => throw new ArgumentException("Nothing is asked", nameof(question)),
        };
        List<long> ids = await db.Database.SqlQuery<long>(sql).ToListAsync(cancellation);
        return ids.ConvertAll(id => new MailId(id));
    }

    private static string? Expression(IndexQuestion question)
    {
        IEnumerable<string> terms = question.Words.Select(word => $"\"{word}\"");
        // Whoever looks for part of an alias finds its domain beside it.
        if (question is { Domains.Count: > 0, AliasPart: null })
        {
            terms = terms.Append($"({string.Join(" OR ", question.DomainWords.Select(word => $"\"{word}\""))})");
        }

        if (question.Beginning is { } beginning)
        {
            terms = terms.Append($"\"{beginning}\" *");
        }

        string expression = string.Join(" AND ", terms);
        return expression.Length == 0 ? null : expression;
    }

    private static string? Pattern(IndexQuestion question) => question.AliasPart is not { } part
        ? null
        : $"%{part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";

    private static SqliteParameter AddId(DbCommand command)
    {
        var id = new SqliteParameter("@id", SqliteType.Integer);
        command.Parameters.Add(id);
        return id;
    }

    private static DbCommand Command(DbConnection connection, DbTransaction transaction, string sql)
    {
        DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // From the lines above, never from outside.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
