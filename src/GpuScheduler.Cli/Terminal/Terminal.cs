namespace GpuScheduler.Cli;

/// <summary>Where a command reads and writes; tests put their own in its place.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Messages and progress.</param>
/// <param name="ShowsProgress">True where a person watches <paramref name="Error"/>.</param>
/// <param name="Open">Opens a file for reading; throws as <see cref="File.OpenRead"/> does.</param>
/// <param name="Create">Opens a file for writing.</param>
/// <param name="Time">The clock.</param>
internal sealed record Terminal(
    TextWriter Out, TextWriter Error, bool ShowsProgress, Func<string, Stream> Open, Func<string, Stream> Create, TimeProvider Time)
{
    /// <summary>The process's own streams and disk.</summary>
    public static Terminal Standard() => new(
        Console.Out, Console.Error, !Console.IsErrorRedirected, File.OpenRead, File.Create, TimeProvider.System);
}
