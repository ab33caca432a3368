namespace GpuScheduler.Cluster;

/// <summary>A port of the host that a container takes. The address <c>0.0.0.0</c> stands for all of them.</summary>
public sealed record HostPort(string Address, string Protocol, int Port)
{
    public const string AnyAddress = "0.0.0.0";

    /// <summary>Two claims conflict on the same protocol and port unless both name different addresses.</summary>
    public bool ConflictsWith(HostPort other) =>
        Port == other.Port && Protocol == other.Protocol
        && (Address == other.Address || Address == AnyAddress || other.Address == AnyAddress);
}
