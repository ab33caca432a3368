namespace GpuScheduler.Kubernetes;

/// <summary>How the model differed from the API.</summary>
internal enum DriftKind
{
    /// <summary>The API has an object that the watch never showed.</summary>
    Missing,

    /// <summary>The watch showed an older state than the API has.</summary>
    Stale,

    /// <summary>The watch never said that the object was deleted.</summary>
    Extra,

    /// <summary>A bound pod is not where it belongs in the snapshot.</summary>
    Placement,

    /// <summary>The columns of the snapshot do not add up.</summary>
    Columns,
}
