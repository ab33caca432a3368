namespace GpuScheduler.Kubernetes;

/// <summary>All that the scheduler knows of one pod.</summary>
public sealed record PodDump
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    /// <summary>Where it stands, such as <c>queued</c>, <c>binding</c> or <c>bound</c>.</summary>
    public required string State { get; init; }

    /// <summary>Its node, assumed or bound; empty for none.</summary>
    public string Node { get; init; } = "";

    /// <summary>The devices it holds there.</summary>
    public string Devices { get; init; } = "";

    /// <summary>Where it is in the queue; null where it is not.</summary>
    public QueuedPodDump? Queued { get; init; }

    /// <summary>Why it was not scheduled last time; empty where it was, or was never tried.</summary>
    public string LastFailure { get; init; } = "";
}
