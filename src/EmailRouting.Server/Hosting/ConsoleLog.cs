using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Hosting;

/// <summary>Writes the log to standard output, the lines of a moment in one piece. The lines are made by the console formatters of Microsoft.Extensions.Logging.</summary>
/// <remarks>
/// Their own console logger wakes a thread and writes once for each line, and there are two lines for each message: a tenth of the whole work. Lines wait here for
/// <see cref="Gather"/> at most, and those of errors for nothing. Whoever logs faster than standard output takes waits. Where it takes nothing any more (a terminal that is
/// stopped, a pipe that nobody reads) the mail goes on: lines are left out then, and once it takes some again a line says how many.
/// </remarks>
[ProviderAlias("Console")]
internal sealed class ConsoleLog : ILoggerProvider, ISupportExternalScope
{
    private const int MostWaiting = 1024 * 1024;

    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    [ThreadStatic]
    private static StringWriter? _line;

    private readonly ConsoleFormatter _formatter;
    private readonly Stream _output;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _somethingWaits = new(false, spinCount: 0);
    private readonly ManualResetEventSlim _isUrgent = new(false, spinCount: 0);
    private readonly ManualResetEventSlim _hasRoom = new(true, spinCount: 0);
    private ArrayBufferWriter<byte> _waiting = new(64 * 1024);
    private ArrayBufferWriter<byte> _leaving = new(64 * 1024);
    private IExternalScopeProvider? _scopes;
    private volatile bool _isEnding;
    private volatile bool _isStuck;
    private long _leftOut;

    public ConsoleLog(IEnumerable<ConsoleFormatter> formatters, IOptions<ConsoleLoggerOptions> options)
        : this(Choose([.. formatters], options.Value.FormatterName ?? ConsoleFormatterNames.Simple), Console.OpenStandardOutput())
    {
    }

    internal ConsoleLog(ConsoleFormatter formatter, Stream output)
    {
        (_formatter, _output) = (formatter, output);
        _thread = new Thread(WriteOut) { IsBackground = true, Name = "Console log" };
        _thread.Start();
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <summary>What waits is written first, unless nothing is taken.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _isUrgent.Set();
        _somethingWaits.Set();
        _thread.Join(Patience);
    }

    private static ConsoleFormatter Choose(ConsoleFormatter[] formatters, string name) =>
        Array.Find(formatters, formatter => formatter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ConfigurationException(
            $"Logging:Console:FormatterName: '{name}' is none; allowed are {string.Join(", ", formatters.Select(formatter => formatter.Name).Order(StringComparer.Ordinal))}");

    private void Take(StringBuilder line, bool isUrgent)
    {
        while (true)
        {
            if (_isStuck || !_hasRoom.Wait(Patience))
            {
                _isStuck = true;
                Interlocked.Increment(ref _leftOut);
                return;
            }

            lock (_lock)
            {
                if (_waiting.WrittenCount >= MostWaiting)
                {
                    _hasRoom.Reset();
                    continue;
                }

                Append(line);
            }

            break;
        }

        if (isUrgent)
        {
            _isUrgent.Set();
        }

        if (!_somethingWaits.IsSet)
        {
            _somethingWaits.Set();
        }
    }

    private void WriteOut()
    {
        while (!_isEnding)
        {
            _somethingWaits.Wait();
            _isUrgent.Wait(Gather);
            WriteWaiting();
        }

        WriteWaiting();
    }

    private void WriteWaiting()
    {
        // Before the lines are taken out: one that comes meanwhile sets it anew.
        _somethingWaits.Reset();
        _isUrgent.Reset();
        lock (_lock)
        {
            (_waiting, _leaving) = (_leaving, _waiting);
            _hasRoom.Set();
        }

        try
        {
            _output.Write(_leaving.WrittenSpan);
            _output.Flush();
        }
        catch (IOException)
        {
            // Nobody reads there any more. The server goes on: it has its activity log.
        }

        _leaving.ResetWrittenCount();
        _isStuck = false;
        if (Interlocked.Exchange(ref _leftOut, 0) is > 0 and long count)
        {
            TellOfGap(count);
        }
    }

    // Waits for no room: it is the writer's own thread that makes some.
    private void TellOfGap(long count)
    {
        using var line = new StringWriter();
        _formatter.Write(
            new LogEntry<long>(
                LogLevel.Warning, typeof(ConsoleLog).FullName!, default, count, exception: null, static (count, _) => $"{count} lines were left out here: standard output took none"),
            scopeProvider: null,
            line);
        lock (_lock)
        {
            Append(line.GetStringBuilder());
        }

        _somethingWaits.Set();
    }

    private void Append(StringBuilder line)
    {
        foreach (ReadOnlyMemory<char> part in line.GetChunks())
        {
            Encoding.UTF8.GetBytes(part.Span, _waiting);
        }
    }

    private sealed class Category(ConsoleLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            StringWriter line = _line ??= new StringWriter(new StringBuilder(512));
            StringBuilder text = line.GetStringBuilder();
            try
            {
                log._formatter.Write(new LogEntry<TState>(logLevel, name, eventId, state, exception, formatter), log._scopes, line);
                log.Take(text, isUrgent: logLevel >= LogLevel.Error);
            }
            finally
            {
                text.Clear();
            }
        }
    }
}
