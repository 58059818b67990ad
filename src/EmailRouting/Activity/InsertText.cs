namespace EmailRouting.Activity;

internal static class InsertText
{
    /// <summary><c>INSERT INTO table</c> of these columns, with what may follow the values. Parameters are <c>@a</c>, <c>@b</c> and so on.</summary>
    public static string Of(string table, string tail, params ReadOnlySpan<string> columns)
    {
        string names = string.Join(", ", columns.ToArray().Select(c => $"\"{c}\""));
        string values = string.Join(", ", Enumerable.Range(0, columns.Length).Select(i => $"@{(char)('a' + i)}"));
        return $"INSERT INTO \"{table}\" ({names}) VALUES ({values}) {tail}";
    }
}
