using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EmailRouting.Server.Hosting;
using EmailRouting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Xunit;

namespace EmailRouting.Server.Tests.Hosting;

public sealed class ConsoleLogTests
{
    [Fact]
    public async Task Every_line_arrives_whole_and_in_the_order_of_its_writer()
    {
        using var output = new MemoryStream();
        using (var log = new ConsoleLog(Formatter("simple"), output))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
            {
                ILogger logger = log.CreateLogger("Test");
                for (int i = 0; i < 5_000; i++)
                {
                    Say(logger, $"writer {writer} line {i} é 😀");
                }
            })));
        }

        string[] lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(20_000, lines.Length);
        for (int writer = 0; writer < 4; writer++)
        {
            string mine = $"writer {writer} line ";
            Assert.Equal(
                Enumerable.Range(0, 5_000).Select(i => $"{i} é 😀"),
                lines.Where(line => line.Contains(mine)).Select(line => line[(line.IndexOf(mine, StringComparison.Ordinal) + mine.Length)..]));
        }
    }

    [Fact]
    public async Task A_line_is_written_without_another_one_after_it()
    {
        using var output = new SlowStream();
        using var log = new ConsoleLog(Formatter("simple"), output);
        Say(log.CreateLogger("Test"), "alone");
        Assert.Contains("alone", await output.FirstWrite.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Nothing_is_left_out_where_the_reader_is_slow()
    {
        using var output = new SlowStream { Pause = TimeSpan.FromMilliseconds(20) };
        using (var log = new ConsoleLog(Formatter("simple"), output))
        {
            ILogger logger = log.CreateLogger("Test");
            string text = new('x', 1000);
            for (int i = 0; i < 5_000; i++)
            {
                Say(logger, text);
            }
        }

        Assert.Equal(5_000, output.Lines);
    }

    [Fact]
    public async Task Where_nobody_reads_the_work_goes_on_and_what_was_left_out_is_counted()
    {
        using var output = new StoppedStream();
        using var log = new ConsoleLog(Formatter("simple"), output);
        ILogger logger = log.CreateLogger("Test");
        string text = new('x', 1000);
        var work = Task.Run(
            () =>
            {
                for (int i = 0; i < 5_000; i++)
                {
                    Say(logger, text);
                }
            },
            TestContext.Current.CancellationToken);
        await work.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        output.GoOn();
        await Eventually.TrueAsync(() => output.Text.Contains("lines were left out here"), TimeSpan.FromSeconds(30), () => output.Text[^200..], TestContext.Current.CancellationToken);
        int leftOut = int.Parse(Regex.Match(output.Text, @"(\d+) lines were left out").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(5_000, leftOut + Regex.Count(output.Text, "x{1000}"));
    }

    [Fact]
    public void The_formatter_is_chosen_by_its_name_and_a_wrong_one_is_told()
    {
        using ServiceProvider services = Services("json");
        using (var log = ActivatorUtilities.CreateInstance<ConsoleLog>(services))
        {
            Assert.NotNull(log);
        }

        using ServiceProvider wrong = Services("fancy");
        ConfigurationException e = Assert.Throws<ConfigurationException>(() => ActivatorUtilities.CreateInstance<ConsoleLog>(wrong));
        Assert.Equal("Logging:Console:FormatterName: 'fancy' is none; allowed are json, simple, systemd", e.Message);
    }

    private static void Say(ILogger logger, string text) => logger.Log(LogLevel.Information, default, text, null, static (text, _) => text);

    private static ConsoleFormatter Formatter(string name)
    {
        using ServiceProvider services = Services(name);
        return services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == name);
    }

    private static ServiceProvider Services(string formatter) => new ServiceCollection()
        .AddLogging(logging => logging.AddSimpleConsole(options => options.SingleLine = true))
        .Configure<ConsoleLoggerOptions>(options => options.FormatterName = formatter)
        .BuildServiceProvider();

    private sealed class StoppedStream : MemoryStream
    {
        private readonly ManualResetEventSlim _goesOn = new();
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public void GoOn() => _goesOn.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _goesOn.Wait();
            lock (_text)
            {
                _text.Append(Encoding.UTF8.GetString(buffer));
            }
        }

        protected override void Dispose(bool disposing)
        {
            _goesOn.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class SlowStream : MemoryStream
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TimeSpan Pause { get; init; }

        public int Lines { get; private set; }

        public Task<string> FirstWrite => _first.Task;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Thread.Sleep(Pause);
            Lines += buffer.Count((byte)'\n');
            if (!buffer.IsEmpty)
            {
                _first.TrySetResult(Encoding.UTF8.GetString(buffer));
            }
        }
    }
}
