using System.Buffers;
using System.Diagnostics;
using System.Text;
using EmailRouting.Activity;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EmailRouting.Sqlite;

/// <summary>A prepared statement with its parameters by position, for what runs with every message.</summary>
/// <remarks>
/// Microsoft.Data.Sqlite looks each parameter up by its name, makes a reader for each execution and copies each text twice, which costs more than to write the row.
/// For one thread at a time; to be disposed of before its connection.
/// </remarks>
internal sealed class Statement : IStatement
{
    private const int LongestOnStack = 512;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <param name="connection">Open.</param>
    /// <param name="sql">One statement. Its parameters are numbered as they first appear in it.</param>
    /// <exception cref="SqliteException">SQLite does not understand it, or lacks a table.</exception>
    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <inheritdoc/>
    /// <exception cref="SqliteException">Nothing is changed.</exception>
    public int Execute(params ReadOnlySpan<StatementValue> values)
    {
        Run(values);
        return raw.sqlite3_changes(_database);
    }

    /// <param name="values">Of the parameters.</param>
    /// <returns>The first column of the only row, such as that of <c>RETURNING</c>; null where there is none.</returns>
    /// <exception cref="SqliteException">Nothing is changed.</exception>
    public long? Number(params ReadOnlySpan<StatementValue> values) => Run(values);

    public void Dispose() => _statement.Dispose();

    private long? Run(ReadOnlySpan<StatementValue> values)
    {
        try
        {
            for (int i = 0; i < values.Length; i++)
            {
                Check(Bind(i + 1, values[i]));
            }

            long? number = null;
            int result;
            while ((result = raw.sqlite3_step(_statement)) == raw.SQLITE_ROW)
            {
                number ??= raw.sqlite3_column_int64(_statement, 0);
            }

            Check(result);
            return number;
        }
        finally
        {
            // Says once more what step has said.
            _ = raw.sqlite3_reset(_statement);
        }
    }

    private int Bind(int parameter, in StatementValue value) => value.Kind switch
    {
        StatementValueKind.Null => raw.sqlite3_bind_null(_statement, parameter),
        StatementValueKind.Number => raw.sqlite3_bind_int64(_statement, parameter, value.Number),
        StatementValueKind.Text => BindText(parameter, value.Text!),
        StatementValueKind.Octets => BindOctets(parameter, value.Octets.Span),
        StatementValueKind.Id => BindId(parameter, value.Id),
        _ => throw new UnreachableException(),
    };

    private int BindText(int parameter, string text)
    {
        // An empty span would be bound as null.
        if (text.Length == 0)
        {
            return raw.sqlite3_bind_text(_statement, parameter, utf8z.FromSpan("\0"u8));
        }

        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > LongestOnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> octets = rented ?? stackalloc byte[LongestOnStack];
        int result = raw.sqlite3_bind_text(_statement, parameter, octets[..Encoding.UTF8.GetBytes(text, octets)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return result;
    }

    private int BindId(int parameter, Guid id)
    {
        Span<byte> digits = stackalloc byte[32];
        id.TryFormat(digits, out _, "N");
        return raw.sqlite3_bind_text(_statement, parameter, digits);
    }

    private int BindOctets(int parameter, ReadOnlySpan<byte> octets) =>
        octets.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0) : raw.sqlite3_bind_blob(_statement, parameter, octets);

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
