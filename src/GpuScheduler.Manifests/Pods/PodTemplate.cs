using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>A pod as far as its template says it.</summary>
/// <param name="Pod">Without what its controller adds, and so without its gang.</param>
/// <param name="Annotations">Its annotations.</param>
/// <param name="Reader">Where it stands.</param>
/// <param name="Metadata">Where its metadata stands.</param>
internal sealed record PodTemplate(Pod Pod, ImmutableSortedDictionary<string, string> Annotations, MapReader Reader, MapReader? Metadata)
{
    /// <summary>True where the template itself may say something of gangs.</summary>
    public bool ConcernsGangs => Pod.SchedulingGroup.Length > 0 || Pod.Labels.Keys.Any(static k => GangMemberships.Concerns(k)) || Annotations.Keys.Any(static k => GangMemberships.Concerns(k));
}
