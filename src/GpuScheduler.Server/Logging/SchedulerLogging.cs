using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace GpuScheduler.Server;

/// <summary>The process's log: standard error, one line an entry, times in UTC.</summary>
public static class SchedulerLogging
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.ffffffZ ";

    /// <summary>From here on each decision is logged.</summary>
    private const int DebugVerbosity = 4;

    /// <summary>From here on everything is logged, requests of the server included.</summary>
    private const int TraceVerbosity = 6;

    /// <summary>Makes the log. Disposing of it writes what is still waiting.</summary>
    /// <param name="format">How lines are written.</param>
    /// <param name="verbosity">As kube-scheduler's <c>-v</c>: up to 3 what operators need, 4 and 5 each decision, from 6 everything.</param>
    public static ILoggerFactory Create(LogFormat format, int verbosity) => LoggerFactory.Create(logging => Configure(logging, format, verbosity));

    internal static LogLevel LevelOf(int verbosity) => verbosity switch
    {
        >= TraceVerbosity => LogLevel.Trace,
        >= DebugVerbosity => LogLevel.Debug,
        _ => LogLevel.Information,
    };

    internal static void Configure(ILoggingBuilder logging, LogFormat format, int verbosity)
    {
        logging.SetMinimumLevel(LevelOf(verbosity));
        if (verbosity < TraceVerbosity)
        {
            logging.AddFilter("Microsoft", LogLevel.Warning);
            logging.AddFilter("System", LogLevel.Warning);
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // Whoever reads the log may stall; the scheduler must not. The log says how many lines it dropped.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        if (format == LogFormat.Json)
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = Timestamp.TrimEnd();
            });
        }
        else
        {
            logging.Services.AddSingleton(TimeProvider.System);
            logging.AddConsole(console => console.FormatterName = TextLines.Name).AddConsoleFormatter<TextLines, ConsoleFormatterOptions>();
        }
    }
}
