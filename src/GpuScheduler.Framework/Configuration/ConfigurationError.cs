using System.Globalization;

namespace GpuScheduler.Framework;

/// <summary>What is wrong with something a person wrote, where, and the mend.</summary>
/// <param name="File">The file's name as given.</param>
/// <param name="Line">From 1; 0 where no line is to blame.</param>
/// <param name="Column">From 1; 0 where no line is to blame.</param>
/// <param name="Path">The YAML path, such as <c>profiles[0].schedulerName</c>; empty for the document as a whole.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record ConfigurationError(string File, int Line, int Column, string Path, string Message)
{
    /// <summary><c>file:line:column: path: message</c>, without the parts that are not known.</summary>
    public override string ToString()
    {
        string place = Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
        return Path.Length == 0 ? $"{place}: {Message}" : $"{place}: {Path}: {Message}";
    }
}
