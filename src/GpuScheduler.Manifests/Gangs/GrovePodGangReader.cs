using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>
/// Grove's PodGang (v1alpha1): groups of pods, and groups of these (a scaling group's replica) that share a domain. It waits until its operator has created all
/// pods and listed them: then <c>podReferences</c> are the groups' sizes. Which pod is in which group pods say themselves, by labels that agree with the list.
/// </summary>
internal sealed class GrovePodGangReader : IGangReader
{
    public string ApiGroup => "scheduler.grove.io";

    public string Kind => "PodGang";

    public GangObject Read(GangDocument document)
    {
        MapReader spec = document.Spec;
        Dictionary<string, GangGroup> groups = new(StringComparer.Ordinal);
        List<string> missing = [];
        bool isReady = document.Is("Initialized");
        foreach (MapReader reader in spec.Maps("podgroups"))
        {
            GangGroup group = Constrained(reader, new GangGroup
            {
                Name = reader.RequiredString("name"),
                MinPods = GangDocument.Count(reader, "minReplicas", 0) ?? 0,
                Size = reader.Items("podReferences").Length,
            });
            if (group.Name.Length > 0 && !groups.TryAdd(group.Name, group))
            {
                reader.Error("name", $"\"{group.Name}\" is the name of another group; rename one");
            }

            if (group.MinPods > group.Size)
            {
                missing.Add(string.Create(CultureInfo.InvariantCulture, $"{group.Size} of the {group.MinPods} pods that {group.Name} needs are listed"));
            }
        }

        ImmutableArray<GangGroup> parts = [.. Together(spec, groups), .. groups.Values];
        GangGroup root = Constrained(spec, new GangGroup { Groups = parts, MinPods = GangGroup.LeastPods(parts, null), Size = parts.Sum(p => p.Size) });
        return document.ToGang(GangKinds.Grove, root) with
        {
            HasStarted = document.Is("Scheduled") || document.IsPhase("Running"),
            WaitsFor = !isReady ? "its operator has not created and listed all its pods yet" : missing.Count > 0 ? string.Join(", ", missing) : null,
        };
    }

    /// <summary>Takes out of <paramref name="groups"/> those that are configured to be together.</summary>
    private static List<GangGroup> Together(MapReader spec, Dictionary<string, GangGroup> groups)
    {
        List<GangGroup> together = [];
        foreach (MapReader reader in spec.Maps("topologyConstraintGroupConfigs"))
        {
            List<GangGroup> parts = [];
            foreach (string name in reader.Strings("podGroupNames"))
            {
                if (groups.Remove(name, out GangGroup? part))
                {
                    parts.Add(part);
                }
                else
                {
                    reader.Error("podGroupNames", $"\"{name}\" is no group, or in two configurations; name each group once");
                }
            }

            string own = reader.RequiredString("name");
            if (groups.ContainsKey(own) || together.Any(t => t.Name == own || t.Groups.Any(g => g.Name == own)) || parts.Any(p => p.Name == own))
            {
                reader.Error("name", $"\"{own}\" is the name of another group; rename one");
            }

            together.Add(Constrained(reader, new GangGroup { Name = own, Groups = [.. parts], MinPods = GangGroup.LeastPods([.. parts], null), Size = parts.Sum(p => p.Size) }));
        }

        return together;
    }

    private static GangGroup Constrained(MapReader reader, GangGroup group)
    {
        MapReader? pack = reader.Map("topologyConstraint")?.Map("packConstraint");
        return group with
        {
            RequiredLevel = GangDocument.Level(pack, "required"),
            PreferredLevel = GangDocument.Level(pack, "preferred"),
            Disruption = DisruptionMode.WholeGroup,
        };
    }
}
