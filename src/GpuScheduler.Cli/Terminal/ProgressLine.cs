using System.Globalization;

namespace GpuScheduler.Cli;

/// <summary>One line of progress that overwrites itself, on a terminal only, once something has taken two seconds.</summary>
internal sealed class ProgressLine(Terminal terminal) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly long _started = terminal.Time.GetTimestamp();
    private long _last;
    private int _width;

    /// <summary>Shows what is being done and how much of it is, 0 to 1.</summary>
    public void Report(string what, double done)
    {
        if (!terminal.ShowsProgress || terminal.Time.GetElapsedTime(_started) < Patience || (_width > 0 && terminal.Time.GetElapsedTime(_last) < Pace))
        {
            return;
        }

        _last = terminal.Time.GetTimestamp();
        string line = string.Create(CultureInfo.InvariantCulture, $"{what} … {done * 100:F0}%");
        terminal.Error.Write("\r" + line.PadRight(_width));
        _width = line.Length;
    }

    public void Dispose()
    {
        if (_width > 0)
        {
            terminal.Error.Write("\r" + new string(' ', _width) + "\r");
            _width = 0;
        }
    }
}
