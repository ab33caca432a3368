using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>A policy at work in one run.</summary>
public interface IPolicyRun
{
    /// <summary>The plugins that decide.</summary>
    Profile Profile { get; }

    /// <summary>
    /// Told of each pod as it comes, before it is tried, so that a policy can learn the demand and publish tables made from it. Off the decide path.
    /// </summary>
    void Observe(PodClass arrived, ClusterView state);

    /// <summary>Told of each pod that is done and gives its place back; most policies do not care.</summary>
    void ObserveLeft(PodClass left)
    {
    }
}
