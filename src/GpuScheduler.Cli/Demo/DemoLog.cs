using System.Globalization;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Cli;

/// <summary>Keeps what the scheduler logs, for the picture and the summary.</summary>
internal sealed class DemoLog : ILoggerFactory, ILogger
{
    private readonly List<string> _lines = [];
    private readonly List<double> _milliseconds = [];

    /// <summary>Gangs for which there was no room at first, and those that started.</summary>
    private readonly HashSet<string> _waited = [], _started = [];
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // Whoever shows the demonstration reads it here.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        lock (_lock)
        {
            _lines.Add(formatter(state, exception));
            if (eventId.Name is "LogGangUnschedulable" or "LogGangStarted" && state is IEnumerable<KeyValuePair<string, object?>> of)
            {
                (eventId.Name == "LogGangStarted" ? _started : _waited).Add(of.FirstOrDefault(v => v.Key == "Gang").Value?.ToString() ?? "");
            }

            if (state is IEnumerable<KeyValuePair<string, object?>> values && eventId.Name == "LogScheduled"
                && values.FirstOrDefault(v => v.Key == "Milliseconds").Value is double took)
            {
                _milliseconds.Add(took);
            }
        }
    }

    /// <summary>How many pods were placed.</summary>
    public int Placed
    {
        get
        {
            lock (_lock)
            {
                return _milliseconds.Count;
            }
        }
    }

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> Latest(int count)
    {
        lock (_lock)
        {
            return [.. _lines.Skip(Math.Max(0, _lines.Count - count))];
        }
    }

    /// <summary>The lines from number <paramref name="from"/> on, which becomes the next.</summary>
    public IReadOnlyList<string> Since(ref int from)
    {
        lock (_lock)
        {
            List<string> lines = [.. _lines.Skip(from)];
            from = _lines.Count;
            return lines;
        }
    }

    /// <summary>How many gangs were placed, and how many of them had to wait for another to leave.</summary>
    public string GangSummary()
    {
        lock (_lock)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{_started.Count} training gangs placed whole, {_started.Count(_waited.Contains)} of them after a wait for room");
        }
    }

    /// <summary>How many pods were placed, and how fast.</summary>
    public string Summary()
    {
        lock (_lock)
        {
            _milliseconds.Sort();
            return _milliseconds.Count == 0
                ? "no pod was placed"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_milliseconds.Count} pods placed; from the queue to the binding: median {_milliseconds[_milliseconds.Count / 2]:F1} ms, 99th percentile {_milliseconds[_milliseconds.Count * 99 / 100]:F1} ms");
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
