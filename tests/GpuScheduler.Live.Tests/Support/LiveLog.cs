using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GpuScheduler.Live.Tests;

/// <summary>What a scheduler logs, as operators see it.</summary>
internal sealed class LiveLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Level and message, oldest first.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // The test reads it here.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception?.Message}".TrimEnd());
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
