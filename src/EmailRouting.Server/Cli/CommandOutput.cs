using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmailRouting.Smtp;
using Spectre.Console;

namespace EmailRouting.Server.Cli;

/// <summary>Says the same to a person and to a program.</summary>
internal sealed class CommandOutput(TextWriter writer, bool json)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <param name="value">For programs.</param>
    /// <param name="sentence">For people.</param>
    public void Write(object value, string sentence) => writer.WriteLine(json ? JsonSerializer.Serialize(value, Options) : sentence);

    /// <param name="values">For programs.</param>
    /// <param name="columns">For people: the headings,</param>
    /// <param name="cells">and a row for each value.</param>
    public void Write<T>(IReadOnlyList<T> values, string[] columns, Func<T, string[]> cells)
    {
        if (json)
        {
            writer.WriteLine(JsonSerializer.Serialize(values, Options));
            return;
        }

        Table table = new Table().Border(TableBorder.None).AddColumns([.. columns.Select(column => new TableColumn(column).NoWrap())]);
        foreach (T value in values)
        {
            table.AddRow([.. cells(value).Select(cell => new Text(Printable.Line(cell)))]);
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (Console.IsOutputRedirected)
        {
            // A file or a pipe has no right edge to wrap at.
            console.Profile.Width = short.MaxValue;
        }

        console.Write(table);
    }
}
