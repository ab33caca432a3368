using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>Carries decisions to the API server, many at a time, off the engine's thread.</summary>
internal interface IBinder
{
    /// <summary>False: as many binds are on their way as may be; decide nothing more until one comes back.</summary>
    bool HasRoom { get; }

    /// <summary>
    /// Runs the binding cycle of a placed pod. <paramref name="done"/> is called once, on any thread, unless the request is taken back before it begins
    /// (<see cref="BindRequest.TryBegin"/>).
    /// </summary>
    void Start(Profile profile, NodeReservation reservation, BindRequest request, Action<BindOutcome> done);
}
