using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Kubernetes' Workload: the templates of its groups as a tree. No pod names it; the PodGroups that its controller makes of it are what is placed. It is read so
/// that what is wrong with it is said.
/// </summary>
internal sealed class NativeWorkloadReader : IGangReader
{
    private const int MaxLevels = 4;

    public string ApiGroup => "scheduling.k8s.io";

    public string Kind => "Workload";

    public GangObject Read(GangDocument document)
    {
        if (document.Spec.Has("podGroupTemplates") && document.Spec.Has("compositePodGroupTemplates"))
        {
            document.Spec.Error("compositePodGroupTemplates", "stands beside podGroupTemplates; keep one of them");
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        return document.ToGang(GangKinds.Workload, new GangGroup { MinGroups = 0, Groups = Templates(document.Spec, names, 1) });
    }

    private static ImmutableArray<GangGroup> Templates(MapReader spec, HashSet<string> names, int level)
    {
        ImmutableArray<MapReader> composites = spec.Maps("compositePodGroupTemplates");
        if (composites.Length > 0 && level == MaxLevels)
        {
            spec.Error("compositePodGroupTemplates", $"is more than {MaxLevels} levels deep; take a level out");
            composites = [];
        }

        return
        [
            .. spec.Maps("podGroupTemplates").Select(t => NativePolicies.PodGroup(t) with { Name = Name(t, names) }),
            .. composites.Select(t => NativePolicies.Composite(t) with { Name = Name(t, names), Groups = Templates(t, names, level + 1) }),
        ];
    }

    private static string Name(MapReader template, HashSet<string> names)
    {
        string name = template.RequiredString("name");
        if (name.Length > 0 && !names.Add(name))
        {
            template.Error("name", $"\"{name}\" is the name of another template; rename one");
        }

        return name;
    }
}
