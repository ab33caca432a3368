using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>Prepares a plugin's Score for a pod class; runs once for the class.</summary>
public interface IPreScorePlugin : IPlugin
{
    PreScoreResult PreScore(PodClass pod, Vocabulary vocabulary);
}
