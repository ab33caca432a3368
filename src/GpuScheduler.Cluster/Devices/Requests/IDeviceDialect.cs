namespace GpuScheduler.Cluster;

/// <summary>One way to write a request for devices.</summary>
internal interface IDeviceDialect
{
    /// <summary>Adds what the pod says in this dialect, errors included.</summary>
    void Read(in DeviceSource pod, DeviceStatements statements);
}
