namespace GpuScheduler.Kubernetes;

/// <summary>What is wrong with a pod; the reason of its event, and a label of the metric.</summary>
internal enum ProblemKind
{
    /// <summary>It is written so that it cannot be scheduled.</summary>
    InvalidRequest,

    /// <summary>A claim that it names is not there, or cannot be used yet.</summary>
    WaitsForClaim,

    /// <summary>It has a node, and its volumes are being bound or made.</summary>
    WaitsForVolumes,

    /// <summary>It demands something of its place that nobody here looks at, and is placed without.</summary>
    NotRegarded,

    /// <summary>Its annotation states devices that others hold, or that its node does not have.</summary>
    DeviceConflict,

    /// <summary>It is bound, nobody states its devices, and its node has none left.</summary>
    DevicesUnknown,
}
