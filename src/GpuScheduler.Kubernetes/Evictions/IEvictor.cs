namespace GpuScheduler.Kubernetes;

/// <summary>Carries evictions out beside the engine.</summary>
internal interface IEvictor
{
    /// <summary>Begins; <paramref name="done"/> hears of the outcome, on any thread.</summary>
    void Start(EvictionRequest request, Action<EvictionOutcome> done);
}
