using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Makes the pods that a controller would make of a workload, all at once.</summary>
internal sealed class WorkloadReader(Notes notes, PodReader pods, GangCollector gangs)
{
    private const int MaxPods = 2_000_000;

    private int _made;

    /// <summary>False where <paramref name="item"/> is no workload that we know.</summary>
    public bool TryRead(ManifestObject item)
    {
        Func<MapReader, ManifestObject, IEnumerable<PodPlan>>? plan = item switch
        {
            { Kind: "Deployment", ApiVersion: "apps/v1" } => Deployment,
            { Kind: "ReplicaSet", ApiVersion: "apps/v1" } => ReplicaSet,
            { Kind: "StatefulSet", ApiVersion: "apps/v1" } => StatefulSet,
            { Kind: "Job", ApiVersion: "batch/v1" } => Job,
            { Kind: "LeaderWorkerSet", ApiVersion: "leaderworkerset.x-k8s.io/v1" } => LeaderWorkerSets.Plan,
            { Kind: "JobSet", ApiVersion: "jobset.x-k8s.io/v1alpha2" } => (spec, set) => JobSets.Plan(spec, set, Job),
            { Kind: "Job", ApiVersion: "batch.volcano.sh/v1alpha1" } => (spec, job) => VolcanoJobs.Plan(spec, job, gangs),
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

        if (item.Reader.Map("spec") is not { } spec)
        {
            if (!item.Reader.Has("spec"))
            {
                item.Reader.Error("spec", "is required; add it");
            }

            return true;
        }

        bool isNamed = item.Name().Length > 0;
        foreach (PodPlan pods in plan(spec, item))
        {
            Make(pods, item, isNamed);
        }

        return true;
    }

    /// <summary>The pod template of a workload; null, and an error, where there is none.</summary>
    public static MapReader? Template(MapReader spec)
    {
        if (!spec.Has("template"))
        {
            spec.Error("template", "is required; add it");
        }

        return spec.Map("template");
    }

    private void Make(PodPlan plan, ManifestObject item, bool isNamed)
    {
        if (pods.ReadTemplate(plan.Template, item.Namespace(), item) is not { } template || !isNamed)
        {
            return;
        }

        if ((_made += plan.Count) > MaxPods)
        {
            item.Reader.Error("spec", $"makes {plan.Count} pods, and with those before more than {MaxPods}; lower the number");
            _made -= plan.Count;
            return;
        }

        template = template with { Pod = template.Pod with { Created = Timestamps.Read(item.Metadata, "creationTimestamp") } };
        Pod alike = template.Pod;
        bool isStamped = plan.IsGang || template.ConcernsGangs;
        for (int i = 0; i < plan.Count; i++)
        {
            pods.Add((isStamped ? pods.Stamped(template, plan.Stamp(i)) : alike) with { Name = plan.Name(i) }, item);
        }
    }

    private static IEnumerable<PodPlan> Deployment(MapReader spec, ManifestObject item)
    {
        string name = item.Name();
        string replicaSet = $"{name}-{PodNames.TemplateHash(item.Namespace(), name)}";
        return Template(spec) is { } template ? [new PodPlan(template, Replicas(spec), i => PodNames.WithSuffix(replicaSet, item.Namespace(), i))] : [];
    }

    private static IEnumerable<PodPlan> ReplicaSet(MapReader spec, ManifestObject item) =>
        Template(spec) is { } template ? [new PodPlan(template, Replicas(spec), i => PodNames.WithSuffix(item.Name(), item.Namespace(), i))] : [];

    private static IEnumerable<PodPlan> StatefulSet(MapReader spec, ManifestObject item)
    {
        int start = spec.Map("ordinals")?.Int("start", 0, int.MaxValue - MaxPods, 0) ?? 0;
        return Template(spec) is { } template
            ? [new PodPlan(template, Replicas(spec), i => $"{item.Name()}-{start + i}") { Stamp = i => PodStamp.Label("apps.kubernetes.io/pod-index", start + i) }]
            : [];
    }

    /// <summary>A job's pods that run side by side; the rest comes as these finish.</summary>
    private IEnumerable<PodPlan> Job(MapReader spec, ManifestObject item)
    {
        int parallelism = spec.Int("parallelism", 0, MaxPods, 1);
        int? completions = spec.IntOrNull("completions", 0, int.MaxValue);
        bool isIndexed = spec.String("completionMode") == "Indexed";
        int count = spec.Bool("suspend", false) && !KueueStamps.IsManaged(item) ? 0 : Math.Min(parallelism, completions ?? int.MaxValue);
        if (completions > count)
        {
            notes.Add("Job objects have more completions than run at once; only the pods of the first round were made", item.Label());
        }

        if (Template(spec) is not { } template)
        {
            return [];
        }

        PodStamp kueue = item.Kind == "Job" ? KueueStamps.Of(item, template, count) : PodStamp.None;
        return
        [
            new PodPlan(template, count, i => PodNames.WithSuffix(isIndexed ? $"{item.Name()}-{i}" : item.Name(), item.Namespace(), i))
            {
                Stamp = i => isIndexed ? kueue.With(PodStamp.Label("batch.kubernetes.io/job-completion-index", i)) : kueue,
            },
        ];
    }

    private static int Replicas(MapReader spec) => spec.Int("replicas", 0, MaxPods, 1);
}
