using System.Collections.Immutable;

namespace GpuScheduler.Simulation;

/// <summary>The scenarios that come with the program.</summary>
public static class ScenarioCatalog
{
    /// <summary>What is run where nothing else is given.</summary>
    public const string Default = "mixed";

    private const string Prefix = "Scenarios/";
    private const string Suffix = ".yaml";

    /// <summary>Their names, sorted.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. typeof(ScenarioCatalog).Assembly.GetManifestResourceNames()
            .Where(r => r.StartsWith(Prefix, StringComparison.Ordinal)).Select(r => r[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>The YAML of a scenario, to be read or to start one's own from.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static string Read(string name)
    {
        using Stream stream = typeof(ScenarioCatalog).Assembly.GetManifestResourceStream(Prefix + name + Suffix)
            ?? throw new ArgumentException($"no scenario is called {name}", nameof(name));
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
