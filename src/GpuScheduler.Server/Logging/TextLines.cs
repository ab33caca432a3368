using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace GpuScheduler.Server;

/// <summary>An entry as one line: time, level, category, message, and what was thrown.</summary>
internal sealed class TextLines(TimeProvider time) : ConsoleFormatter(Name)
{
    public new const string Name = "lines";

    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        string level = logEntry.LogLevel switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
        string thrown = logEntry.Exception is { } exception ? $" {exception}" : "";
        string now = time.GetUtcNow().UtcDateTime.ToString(Timestamp, System.Globalization.CultureInfo.InvariantCulture);
        textWriter.WriteLine($"{now} {level} {logEntry.Category}: {message}{thrown}".ReplaceLineEndings(" "));
    }
}
