using EmailRouting.Activity;
using EmailRouting.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace EmailRouting.Tests.Storage;

/// <summary>What is bound by position comes back as it was, and what SQLite refuses is said.</summary>
public sealed class StatementTests : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public StatementTests()
    {
        _connection.Open();
        using SqliteCommand create = _connection.CreateCommand();
        create.CommandText = "CREATE TABLE T (Id INTEGER PRIMARY KEY, Value, Other TEXT UNIQUE)";
        create.ExecuteNonQuery();
    }

    public static TheoryData<object?, string> Values => new()
    {
        { null, "NULL" },
        { 0L, "0" },
        { long.MinValue, "-9223372036854775808" },
        { -7, "-7" },
        { true, "1" },
        { false, "0" },
        { "", "''" },
        { "it's", "'it''s'" },
        { "grüße \U0001F4E8 東京", "'grüße \U0001F4E8 東京'" },
        { new string('ä', 70_000), $"'{new string('ä', 70_000)}'" },
        { Array.Empty<byte>(), "X''" },
        { new byte[] { 0, 255, 10 }, "X'00FF0A'" },
        { new ReadOnlyMemory<byte>([9, 1, 2, 9], 1, 2), "X'0102'" },
        { ReadOnlyMemory<byte>.Empty, "X''" },
        { new Guid("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"), "'0a1b2c3d4e5f60718293a4b5c6d7e8f9'" },
    };

    private static StatementValue Value(object? value) => value switch
    {
        null => (string?)null,
        long number => number,
        int number => number,
        bool flag => flag,
        string text => text,
        byte[] octets => octets,
        ReadOnlyMemory<byte> octets => octets,
        Guid id => id,
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void A_value_is_stored_as_what_it_is(object? value, string quoted)
    {
        using var insert = new Statement(_connection, "INSERT INTO T (Id, Value) VALUES ($id, $value)");

        Assert.Equal(1, insert.Execute(1L, "longer, and there before"u8.ToArray()));
        Assert.Equal(1, insert.Execute(2L, Value(value)));

        using SqliteCommand read = _connection.CreateCommand();
        read.CommandText = "SELECT quote(Value) FROM T WHERE Id = 2";
        Assert.Equal(quoted, read.ExecuteScalar());
    }

    [Fact]
    public void It_tells_how_many_rows_it_changed_and_what_it_returns()
    {
        using var insert = new Statement(_connection, "INSERT INTO T (Id, Other) VALUES ($id, $other) ON CONFLICT DO NOTHING");
        using var update = new Statement(_connection, "UPDATE T SET Value = $value WHERE Id >= $id");
        using var delete = new Statement(_connection, "DELETE FROM T WHERE Id = $id RETURNING Value");

        Assert.Equal((1, 1, 0), (insert.Execute(1L, "a"), insert.Execute(2L, "b"), insert.Execute(3L, "b")));
        Assert.Equal((2, 0), (update.Execute(40L, 1L), update.Execute(50L, 9L)));
        Assert.Equal((40L, null), (delete.Number(1L), delete.Number(1L)));
    }

    [Fact]
    public void What_is_refused_is_said_and_the_next_is_done()
    {
        using var insert = new Statement(_connection, "INSERT INTO T (Id, Other) VALUES ($id, $other)");
        insert.Execute(1L, "a");

        SqliteException refused = Assert.Throws<SqliteException>(() => insert.Execute(2L, "a"));

        Assert.Equal(19, refused.SqliteErrorCode);
        Assert.Contains("UNIQUE constraint failed: T.Other", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, insert.Execute(2L, "b"));
    }

    [Fact]
    public void A_text_that_is_no_statement_and_a_value_too_many_are_refused()
    {
        Assert.Contains("no such table: Missing", Assert.Throws<SqliteException>(() => new Statement(_connection, "DELETE FROM Missing")).Message, StringComparison.Ordinal);

        using var insert = new Statement(_connection, "INSERT INTO T (Value) VALUES ($value)");
        Assert.Throws<SqliteException>(() => insert.Execute(1L, 2L));
    }

    public void Dispose() => _connection.Dispose();
}
