using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Prometheus;

namespace EmailRouting.Server.Hosting;

/// <summary>What our meters measure, as Prometheus reads it: the names and units of OpenTelemetry's translation, and counters that are counters.</summary>
/// <remarks>
/// Ours only: the runtime has hundreds. The library has an adapter for meters of its own, which calls every counter a gauge, has no bucket below 10 ms, and takes a fiftieth of the
/// time of a small message. Here what is measured goes to a series that is found by one look.
/// </remarks>
internal sealed class PrometheusMeters : IDisposable
{
    private const string Ours = "EmailRouting.";

    // Seconds, from a message that goes through at once to one that waits for a slow host; and numbers of things.
    private static readonly double[] Durations = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];
    private static readonly double[] Numbers = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    private readonly MeterListener _listener = new();
    private readonly MetricFactory _factory;

    public PrometheusMeters()
    {
        Metrics.SuppressDefaultMetrics();
        _factory = Metrics.WithCustomRegistry(Registry);
        DotNetStats.Register(Registry);
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.Start();
        Registry.AddBeforeCollectCallback(_listener.RecordObservableInstruments);
    }

    public CollectorRegistry Registry { get; } = Metrics.NewCustomRegistry();

    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name.StartsWith(Ours, StringComparison.Ordinal))
        {
            listener.EnableMeasurementEvents(instrument, new Family(_factory, instrument));
        }
    }

    /// <summary>One of our instruments, with a series for each value of its tag.</summary>
    private sealed class Family(MetricFactory factory, Instrument measured)
    {
        private readonly ConcurrentDictionary<object, Action<double>> _series = new();
        private Action<double>? _untagged;

        public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Action<double>? series = tags.Length switch
            {
                0 => _untagged ??= NewSeries(tags),
                1 => _series.TryGetValue(tags[0].Value ?? string.Empty, out Action<double>? known) ? known : _series[tags[0].Value ?? string.Empty] = NewSeries(tags),
                _ => NewSeries(tags),
            };
            series(value);
        }

        // The factory gives the same series again for the same name and values.
        private Action<double> NewSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string[] names = new string[tags.Length];
            string[] values = new string[tags.Length];
            for (int i = 0; i < tags.Length; i++)
            {
                (names[i], values[i]) = (tags[i].Key, tags[i].Value?.ToString() ?? string.Empty);
            }

            string name = measured.Name.Replace('.', '_') + measured.Unit switch
            {
                "s" => "_seconds",
                "By" => "_bytes",
                _ => string.Empty,
            };
            string help = measured.Description ?? string.Empty;
            Type kind = measured.GetType().GetGenericTypeDefinition();
            if (kind == typeof(Histogram<>))
            {
                var configuration = new HistogramConfiguration
                {
                    Buckets = measured.Unit == "s" ? Durations : Numbers,
                    ExemplarBehavior = ExemplarBehavior.NoExemplars(),
                };
                return factory.CreateHistogram(name, help, names, configuration).WithLabels(values).Observe;
            }

            if (kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>))
            {
                var configuration = new CounterConfiguration { ExemplarBehavior = ExemplarBehavior.NoExemplars() };
                Counter.Child counter = factory.CreateCounter($"{name}_total", help, names, configuration).WithLabels(values);
                return measured.IsObservable ? counter.IncTo : counter.Inc;
            }

            Gauge.Child gauge = factory.CreateGauge(name, help, names).WithLabels(values);
            return measured.IsObservable ? gauge.Set : gauge.Inc;
        }
    }
}
