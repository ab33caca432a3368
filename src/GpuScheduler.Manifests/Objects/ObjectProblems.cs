using System.Collections.Immutable;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

internal static class ObjectProblems
{
    /// <summary>Errors of one object as sentences; where it stands in a file is not said, for it may come from a server.</summary>
    public static ImmutableArray<string> Sentences(ConfigurationErrors errors) =>
        [.. errors.Select(e => e.Path.Length == 0 ? e.Message : $"{PathIn(e.Path)}: {e.Message}")];

    /// <summary>The path within the object where that is an item of a list.</summary>
    private static string PathIn(string path)
    {
        int end = path.StartsWith("items[", StringComparison.Ordinal) ? path.IndexOf("].", StringComparison.Ordinal) : -1;
        return end < 0 ? path : path[(end + 2)..];
    }
}
