using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>The pods of a JobSet's Jobs, all at once, with the labels and annotations of its controller.</summary>
internal static class JobSets
{
    private const string Prefix = "jobset.sigs.k8s.io/";
    private const string Exclusive = "alpha.jobset.sigs.k8s.io/exclusive-topology";
    private const int MaxReplicas = 100_000;

    public static IEnumerable<PodPlan> Plan(MapReader spec, ManifestObject item, Func<MapReader, ManifestObject, IEnumerable<PodPlan>> job)
    {
        List<PodPlan> plans = [];
        if (spec.Bool("suspend", false) && !KueueStamps.IsManaged(item))
        {
            return plans;
        }

        string? onAll = item.Metadata?.StringMap("annotations").GetValueOrDefault(Exclusive);
        foreach (MapReader replicated in spec.Maps("replicatedJobs"))
        {
            string name = replicated.RequiredString("name");
            int replicas = replicated.Int("replicas", 0, MaxReplicas, 1);
            if (replicated.Map("template") is not { } template || template.Map("spec") is not { } jobSpec)
            {
                replicated.Error("template", "is required; add it with the spec of a Job");
                continue;
            }

            string? exclusive = template.Map("metadata")?.StringMap("annotations").GetValueOrDefault(Exclusive) ?? onAll;
            foreach (PodPlan plan in job(jobSpec, item))
            {
                for (int i = 0; i < replicas; i++)
                {
                    plans.Add(Of(plan, item, name, i, exclusive));
                }
            }
        }

        int total = (int)Math.Min(int.MaxValue, plans.Sum(p => (long)p.Count));
        return plans.Select(p =>
        {
            PodStamp kueue = KueueStamps.Of(item, p.Template, total);
            return p with { Stamp = i => p.Stamp(i).With(kueue) };
        });
    }

    private static PodPlan Of(PodPlan plan, ManifestObject item, string replicatedJob, int index, string? exclusive)
    {
        string set = item.Name();
        string job = string.Create(CultureInfo.InvariantCulture, $"{set}-{replicatedJob}-{index}");
        ImmutableSortedDictionary<string, string> keys = LabelSet.Of(
            (Prefix + "jobset-name", set),
            (Prefix + "replicatedjob-name", replicatedJob),
            (Prefix + "job-index", PodStamp.Text(index)),
            (Prefix + "job-key", PodNames.TemplateHash(item.Namespace(), job)));
        PodStamp own = new(keys.SetItem("kueue.x-k8s.io/podset", replicatedJob), exclusive is null ? keys : keys.SetItem(Exclusive, exclusive));
        return plan with
        {
            IsGang = exclusive is not null,
            Name = i => PodNames.WithSuffix(string.Create(CultureInfo.InvariantCulture, $"{job}-{i}"), item.Namespace(), i),
            Stamp = i => plan.Stamp(i).With(own),
        };
    }
}
