using System.Collections.Immutable;
using System.Numerics;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;
using GpuScheduler.Plugins;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Which volume a claim gets where, against the rules said as plainly as they can be, on random volumes, claims and nodes.</summary>
[TestFixture]
internal sealed class VolumeMatchingTests
{
    private static readonly string[] Zones = ["x", "y"];

    [Test]
    public void Nodes_pass_and_volumes_are_chosen_as_a_naive_binder_would([Range(1, 40)] int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 50; round++)
        {
            Node[] nodes = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => VolumeObjects.Node($"n{i}", Zones[random.Next(2)]))];
            StorageClass[] classes = [Class(random, "a"), Class(random, "b")];
            PersistentVolumeClaim[] claims = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Claim(random, $"c{i}"))];
            PersistentVolume[] volumes = [.. Enumerable.Range(0, random.Next(8)).Select(i => Volume(random, $"v{i}", claims))];
            VolumeInventory inventory = new();
            Array.ForEach(classes, inventory.Set);
            Array.ForEach(volumes, inventory.Set);
            Array.ForEach(claims, inventory.Set);
            Pod pod = VolumeObjects.Pod([.. claims.Select(c => c.Name)]);

            VolumeNeeds? needs = inventory.NeedsOf(pod, _ => false);
            string what = $"seed {seed}, round {round}";
            Assert.That(needs?.Problem, Is.EqualTo(""), what);
            ulong passed = Filter(pod, needs!, nodes, out ImmutableArray<string> order);
            foreach (Node node in nodes)
            {
                Dictionary<string, string>? expected = Match(claims, volumes, classes, node);
                bool passes = (passed >> order.IndexOf(node.Name) & 1) != 0;
                Assert.That(passes, Is.EqualTo(expected is not null), $"{what}: {node.Name}");
                ImmutableArray<VolumeChoice> choices = inventory.Choose(pod, node, out string? problem);
                Assert.That(problem is null, Is.EqualTo(passes), $"{what}: {node.Name}: {problem}");
                if (expected is not null)
                {
                    Assert.That(choices.ToDictionary(c => c.Claim.Name, c => c.Volume?.Name ?? ""), Is.EqualTo(expected), $"{what}: {node.Name}");
                }
            }
        }
    }

    [Test]
    public void Pods_whose_claims_find_the_same_places_are_of_one_class_though_volumes_differ()
    {
        VolumeInventory inventory = new();
        inventory.Set(VolumeObjects.Local);
        foreach (string node in (string[])["a", "b", "c"])
        {
            inventory.Set(VolumeObjects.LocalVolume($"{node}1", node));
            inventory.Set(VolumeObjects.LocalVolume($"{node}2", node, 12));
        }

        inventory.Set(VolumeObjects.Claim("c0"));
        inventory.Set(VolumeObjects.Claim("c1", gib: 3));
        PodClassTable classes = new(new Vocabulary());
        PodClass ClassOf(string claim)
        {
            Pod pod = VolumeObjects.Pod(claim);
            return classes.Intern(pod.Spec with { Volumes = inventory.NeedsOf(pod, _ => false) });
        }

        PodClass first = ClassOf("c0");
        Assert.That(ClassOf("c1"), Is.SameAs(first));
        Assert.That(first.Spec.Volumes!.Unbound.Single().Candidates.Single().Nodes!.Value.Single().MatchExpressions.Single().Values, Is.EqualTo(new[] { "a", "b", "c" }), "one look for all");
        inventory.Decide(new VolumeChoice(inventory.FindClaim("default", "c0")!, inventory.FindVolume("a1")), "a");
        Assert.That(ClassOf("c1"), Is.SameAs(first), "another is left there");
        inventory.Set(VolumeObjects.LocalVolume("a2", "a", 12) with { Phase = "Failed" });
        Assert.That(ClassOf("c1"), Is.Not.SameAs(first));
    }

    private static ulong Filter(Pod pod, VolumeNeeds needs, Node[] nodes, out ImmutableArray<string> order)
    {
        ClusterWriter writer = new(TieKeys.Seeded(1));
        writer.SetNodes(nodes);
        PodClass podClass = writer.Classes.Intern(pod.Spec with { Volumes = needs });
        VolumeBinding plugin = new(TimeSpan.Zero);
        PreFilterResult state = plugin.PreFilter(podClass, writer.Working.Vocabulary);
        Block block = writer.Working.BlockOf(0);
        order = [.. Enumerable.Range(0, BitOperations.PopCount(block.Nodes.Present)).Select(lane => block.Nodes[lane].Name)];
        return state.Status.Code == StatusCode.Skip ? block.Nodes.Present : plugin.Filter(new PluginContext(podClass, state.State, writer.Working, 0), block, block.Nodes.Present);
    }

    /// <summary>Each claim's volume on a node, or empty where one is made; null: they cannot all be bound there.</summary>
    private static Dictionary<string, string>? Match(PersistentVolumeClaim[] claims, PersistentVolume[] volumes, StorageClass[] classes, Node node)
    {
        Dictionary<string, string> chosen = [];
        foreach (PersistentVolumeClaim claim in claims.OrderBy(c => c.Requested))
        {
            StorageClass storage = classes.Single(c => c.Name == claim.StorageClass);
            bool canBeMade = storage.Provisioner != VolumeKeys.NoProvisioner
                && (storage.Topologies.IsEmpty || storage.Topologies.Any(t => t.MatchExpressions.All(e => e.Values.Contains(node.Labels.GetValueOrDefault(e.Key, "")))));
            PersistentVolume? volume = claim.SelectedNode.Length > 0 ? null : Find(claim, volumes, node, chosen);
            if (volume is null && (!canBeMade || (claim.SelectedNode.Length > 0 && claim.SelectedNode != node.Name)))
            {
                return null;
            }

            chosen[claim.Name] = volume?.Name ?? "";
        }

        return chosen;
    }

    private static PersistentVolume? Find(PersistentVolumeClaim claim, PersistentVolume[] volumes, Node node, Dictionary<string, string> chosen)
    {
        bool IsReached(PersistentVolume v) => v.Nodes is not { } terms || terms.Any(t => NodeSelectors.Matches(t, node));
        bool Suits(PersistentVolume v) => v.StorageClass == claim.StorageClass && v.Capacity >= claim.Requested && v.VolumeMode == claim.VolumeMode && !v.IsDeleting;

        // One that is for this claim is taken or none is: volumes are looked at in no order, so the test has at most one.
        PersistentVolume? own = volumes.FirstOrDefault(v => v.Claim is { } c && c.Name == claim.Name && (c.Uid.Length == 0 || c.Uid == claim.Uid));
        if (own is not null && Suits(own))
        {
            return IsReached(own) ? own : null;
        }

        PersistentVolume? best = null;
        foreach (PersistentVolume v in volumes)
        {
            if (v.Claim is null && v.Phase == "Available" && Suits(v) && IsReached(v) && !chosen.ContainsValue(v.Name) && claim.AccessModes.All(m => v.AccessModes.Contains(m))
                && (claim.Selector is null || claim.Selector.Matches(v.Labels)) && (best is null || v.Capacity < best.Capacity || (v.Capacity == best.Capacity && string.CompareOrdinal(v.Name, best.Name) < 0)))
            {
                best = v;
            }
        }

        return best;
    }

    private static StorageClass Class(Random random, string name) => new()
    {
        Name = name,
        WaitsForPod = true,
        Provisioner = random.Next(3) == 0 ? "csi.example" : VolumeKeys.NoProvisioner,
        Topologies = random.Next(2) == 0 ? [] : VolumeObjects.In(WellKnownLabels.Zone, Zones[random.Next(2)]),
    };

    private static PersistentVolumeClaim Claim(Random random, string name) => VolumeObjects.Claim(name, random.Next(2) == 0 ? "a" : "b", random.Next(1, 5)) with
    {
        AccessModes = random.Next(4) == 0 ? ["ReadWriteMany"] : ["ReadWriteOnce"],
        VolumeMode = random.Next(8) == 0 ? "Block" : "Filesystem",
        Selector = random.Next(4) == 0 ? new LabelSelector { MatchLabels = LabelSet.Of(("tier", "fast")) } : null,
        SelectedNode = random.Next(8) == 0 ? "n0" : "",
    };

    private static PersistentVolume Volume(Random random, string name, PersistentVolumeClaim[] claims)
    {
        int index = int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture);
        return VolumeObjects.LocalVolume(name, $"n{random.Next(5)}", random.Next(1, 6)) with
        {
            StorageClass = random.Next(2) == 0 ? "a" : "b",
            Nodes = random.Next(5) switch
            {
                0 => null,
                1 => VolumeObjects.In(WellKnownLabels.Zone, Zones[random.Next(2)]),
                2 => [.. VolumeObjects.In(WellKnownLabels.Hostname, "n0"), .. VolumeObjects.In(WellKnownLabels.Hostname, "n1", "n2")],
                _ => VolumeObjects.In(WellKnownLabels.Hostname, $"n{random.Next(5)}"),
            },
            AccessModes = random.Next(2) == 0 ? ["ReadWriteOnce"] : ["ReadWriteOnce", "ReadWriteMany"],
            VolumeMode = random.Next(8) == 0 ? "Block" : "Filesystem",
            Labels = random.Next(2) == 0 ? LabelSet.Of(("tier", "fast")) : LabelSet.Empty,
            Phase = random.Next(8) == 0 ? "Released" : "Available",
            IsDeleting = random.Next(10) == 0,
            Claim = index < claims.Length && random.Next(6) == 0 ? new VolumeClaimRef("default", claims[index].Name, random.Next(2) == 0 ? "" : claims[index].Uid)
                : random.Next(10) == 0 ? new VolumeClaimRef("default", "other", "u") : null,
        };
    }
}
