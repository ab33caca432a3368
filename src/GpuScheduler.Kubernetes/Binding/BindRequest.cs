using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>One pod to bind.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its UID: a pod of the same name that was created later is not meant.</param>
/// <param name="Node">Where it goes.</param>
/// <param name="Devices">Devices to state in its annotation; empty: none are stated (it asks for none, or the kubelet picks).</param>
/// <param name="HamiDevices">The same as HAMi's device plugin reads it, container by container; empty: no such plugin is asked for them.</param>
public sealed record BindRequest(string Namespace, string Name, string Uid, string Node, DeviceSet Devices, string HamiDevices = "")
{
    private const int Waiting = 0, Begun = 1, TakenBack = 2;

    private int _state;

    /// <summary>What is written into the pod's claims before it is bound.</summary>
    public ImmutableArray<ClaimBinding> Claims { get; init; } = [];

    /// <summary>Whoever carries it out asks this before anything is sent. False: it was taken back, and nobody waits for its outcome.</summary>
    internal bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;

    /// <summary>Takes it back where it has not begun. False: it has.</summary>
    internal bool TryTakeBack() => Interlocked.CompareExchange(ref _state, TakenBack, Waiting) == Waiting;
}
