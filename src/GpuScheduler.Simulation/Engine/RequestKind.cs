namespace GpuScheduler.Simulation;

/// <summary>What kind of devices a pod asks for, for the tables of failures.</summary>
public enum RequestKind
{
    /// <summary>No device.</summary>
    CpuOnly,

    /// <summary>A share of one or more devices.</summary>
    Share,

    /// <summary>One whole device.</summary>
    Whole,

    /// <summary>Several whole devices.</summary>
    Multi,
}
