using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Makes the pods that a controller would make of a workload, all at once.</summary>
internal sealed class WorkloadReader(Notes notes, PodReader pods)
{
    private const int MaxPods = 2_000_000;

    private int _made;

    /// <summary>False where <paramref name="item"/> is no workload that we know.</summary>
    public bool TryRead(ManifestObject item)
    {
        Func<MapReader, ManifestObject, (int Count, Func<int, string> Name)>? plan = item switch
        {
            { Kind: "Deployment", ApiVersion: "apps/v1" } => Deployment,
            { Kind: "ReplicaSet", ApiVersion: "apps/v1" } => ReplicaSet,
            { Kind: "StatefulSet", ApiVersion: "apps/v1" } => StatefulSet,
            { Kind: "Job", ApiVersion: "batch/v1" } => Job,
            _ => null,
        };
        if (plan is null)
        {
            return false;
        }

        if (item.IsLive)
        {
            notes.Add($"{item.Kind} objects come from a cluster, so that their pods count as they are and none was made", item.Label());
            return true;
        }

        string name = item.Name();
        if (item.Reader.Map("spec") is not { } spec || spec.Map("template") is not { } template)
        {
            MapReader blame = item.Reader.Map("spec") ?? item.Reader;
            string missing = item.Reader.Has("spec") ? "template" : "spec";
            if (!blame.Has(missing))
            {
                blame.Error(missing, "is required; add it");
            }

            return true;
        }

        (int count, Func<int, string> podName) = plan(spec, item);
        if (pods.ReadTemplate(template, item.Namespace(), item) is not { } pod || name.Length == 0)
        {
            return true;
        }

        if ((_made += count) > MaxPods)
        {
            item.Reader.Error("spec", $"makes {count} pods, and with those before more than {MaxPods}; lower the number");
            _made -= count;
            return true;
        }

        pod = pod with { Created = Timestamps.Read(item.Metadata, "creationTimestamp") };
        for (int i = 0; i < count; i++)
        {
            pods.Add(pod with { Name = podName(i) }, item);
        }

        return true;
    }

    private static (int Count, Func<int, string> Name) Deployment(MapReader spec, ManifestObject item)
    {
        string name = item.Name();
        string replicaSet = $"{name}-{PodNames.TemplateHash(item.Namespace(), name)}";
        return (Replicas(spec), i => PodNames.WithSuffix(replicaSet, item.Namespace(), i));
    }

    private static (int Count, Func<int, string> Name) ReplicaSet(MapReader spec, ManifestObject item) =>
        (Replicas(spec), i => PodNames.WithSuffix(item.Name(), item.Namespace(), i));

    private static (int Count, Func<int, string> Name) StatefulSet(MapReader spec, ManifestObject item)
    {
        int start = spec.Map("ordinals")?.Int("start", 0, int.MaxValue - MaxPods, 0) ?? 0;
        return (Replicas(spec), i => $"{item.Name()}-{start + i}");
    }

    /// <summary>A job's pods that run side by side; the rest comes as these finish.</summary>
    private (int Count, Func<int, string> Name) Job(MapReader spec, ManifestObject item)
    {
        int parallelism = spec.Int("parallelism", 0, MaxPods, 1);
        int? completions = spec.IntOrNull("completions", 0, int.MaxValue);
        bool isIndexed = spec.String("completionMode") == "Indexed";
        int count = spec.Bool("suspend", false) ? 0 : Math.Min(parallelism, completions ?? int.MaxValue);
        if (completions > count)
        {
            notes.Add("Job objects have more completions than run at once; only the pods of the first round were made", item.Label());
        }

        return (count, i => PodNames.WithSuffix(isIndexed ? $"{item.Name()}-{i}" : item.Name(), item.Namespace(), i));
    }

    private static int Replicas(MapReader spec) => spec.Int("replicas", 0, MaxPods, 1);
}
