using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>
/// Prepares a plugin's Filter for a pod class. Unlike kube-scheduler's it sees only the class and runs once for it, not once a pod;
/// what changes from pod to pod belongs in Filter.
/// </summary>
public interface IPreFilterPlugin : IPlugin
{
    PreFilterResult PreFilter(PodClass pod, Vocabulary vocabulary);
}
