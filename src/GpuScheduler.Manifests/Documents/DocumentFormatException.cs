namespace GpuScheduler.Manifests;

/// <summary>Ends the parsing of a file that is no document, or none that we are willing to read.</summary>
internal sealed class DocumentFormatException(long line, long column, string message) : Exception(message)
{
    public int Line { get; } = (int)line;

    public int Column { get; } = (int)column;
}
