using GpuScheduler.Cluster;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Kubernetes;

/// <summary>Hands the engine's victims to whoever evicts, and the outcome back to the engine's thread.</summary>
/// <param name="evictor">Carries it out.</param>
/// <param name="find">What is known of a pod.</param>
/// <param name="finish">Takes the outcome, on any thread.</param>
internal sealed class EngineEvictions(IEvictor evictor, Func<string, PodRecord?> find, Action<PreemptionPlan, Victim[], EvictionOutcome> finish) : IEvictions
{
    public Pod Latest(Pod pod) => find(pod.Uid)?.Latest.Pod ?? pod;

    public void Evict(PreemptionPlan plan, bool beyondBudgets)
    {
        Victim[] victims = [.. plan.ToEvict];
        EvictionRequest request = new(
            [.. victims.Select(v => new EvictionTarget(v.Pod.Namespace, v.Pod.Name, v.Pod.Uid))], plan.Nominees[0].Pod.Spec.SchedulerName, beyondBudgets);
        evictor.Start(request, outcome => finish(plan, victims, outcome));
    }
}
