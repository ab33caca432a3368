using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>An HTTP extender to ask. An empty verb: it does not serve that call.</summary>
public sealed record ExtenderConfiguration
{
    public required string UrlPrefix { get; init; }

    public string FilterVerb { get; init; } = "";

    public string PreemptVerb { get; init; } = "";

    public string PrioritizeVerb { get; init; } = "";

    /// <summary>Factor of its scores; positive with a <see cref="PrioritizeVerb"/>.</summary>
    public long Weight { get; init; }

    public string BindVerb { get; init; } = "";

    public bool EnableHttps { get; init; }

    public ExtenderTlsConfiguration? TlsConfig { get; init; }

    public TimeSpan HttpTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>It keeps its own cache of nodes and wants only their names.</summary>
    public bool NodeCacheCapable { get; init; }

    /// <summary>Only pods that ask for one of these are sent to it; empty: all pods.</summary>
    public ImmutableArray<ExtenderManagedResource> ManagedResources { get; init; } = [];

    /// <summary>Scheduling goes on where it does not answer.</summary>
    public bool Ignorable { get; init; }
}
