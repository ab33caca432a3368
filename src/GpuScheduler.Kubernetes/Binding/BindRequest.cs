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
    private const int Waiting = 0, Begun = 1, TakenBackState = 2;

    private int _state;
    private TaskCompletionSource? _takenBack;

    /// <summary>What is written into the pod's claims before it is bound.</summary>
    public ImmutableArray<ClaimBinding> Claims { get; init; } = [];

    /// <summary>How claims of the pod are bound before it is.</summary>
    public ImmutableArray<ClaimVolume> Volumes
    {
        get;
        init
        {
            field = value;
            _takenBack = value.IsEmpty ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    } = [];

    /// <summary>For so long they are waited for.</summary>
    public TimeSpan VolumeTimeout { get; init; }

    /// <summary>Ends when it is taken back, where somebody may wait for that.</summary>
    internal Task TakenBack => _takenBack?.Task ?? Task.CompletedTask;

    /// <summary>It was taken back.</summary>
    internal bool IsTakenBack => Volatile.Read(ref _state) == TakenBackState;

    /// <summary>Whoever carries it out asks this before anything is sent. False: it was taken back, and nobody waits for its outcome.</summary>
    internal bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;

    /// <summary>Takes it back where it has not begun. False: it has.</summary>
    internal bool TryTakeBack()
    {
        bool isDone = Interlocked.CompareExchange(ref _state, TakenBackState, Waiting) == Waiting;
        if (isDone)
        {
            _takenBack?.TrySetResult();
        }

        return isDone;
    }
}
