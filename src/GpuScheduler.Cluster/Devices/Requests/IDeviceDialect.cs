namespace GpuScheduler.Cluster;

/// <summary>One way to write a request for devices.</summary>
internal interface IDeviceDialect
{
    /// <summary>Adds what the pod says in this dialect, errors included.</summary>
    /// <param name="annotations">The pod's annotations.</param>
    /// <param name="requests">The pod's effective requests.</param>
    /// <param name="statements">Where to add.</param>
    void Read(IReadOnlyDictionary<string, string> annotations, ResourceList requests, DeviceStatements statements);
}
