namespace GpuScheduler.Cluster;

/// <summary>Who really hands a node's devices to containers, and so what the scheduler may promise there.</summary>
public enum AllocationRegime
{
    /// <summary>The scheduler picks; the container reads its devices from our annotation.</summary>
    Annotation,

    /// <summary>The kubelet picks: whole devices, counts only, no promise about which.</summary>
    DevicePlugin,

    /// <summary>The scheduler picks; HAMi's device plugin enforces shares and memory.</summary>
    Hami,

    /// <summary>The scheduler picks; a DRA driver enforces.</summary>
    Dra,
}
