using CsCheck;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Scheduling;

namespace GpuScheduler.Plugins.Tests;

/// <summary>An answer that the evaluator keeps longer than the plugin's declared reads allow shows here as another node.</summary>
[TestFixture]
public sealed class BuiltInProfilesTests
{
    private static readonly DeviceShape[] Shapes =
        [DeviceShape.None, DeviceShape.Uniform("A100", 8, 81920), DeviceShape.Uniform("T4", 2, 15360), DeviceShape.Uniform("H100", 4, 81920),
         ShapeCatalog.BuiltIn.Find("a6000-pairs-8")!.Shape];

    private static IEnumerable<TestCaseData<Func<Profile>>> Profiles()
    {
        yield return Case("DefaultProfile", () => BuiltInPlugins.DefaultProfile("x"));
        foreach (string score in (string[])["TaintToleration", "NodeAffinity", "NodeResourcesFit", "NodeResourcesBalancedAllocation", "ImageLocality", "GpuLinkScore"])
        {
            yield return Case(score + " alone", () => WithScore(score));
        }

        yield return Case("GpuBestFit", () => BuiltInPlugins.ProfileWith("x", new GpuBestFit()));
        yield return Case("GpuWorstFit", () => BuiltInPlugins.ProfileWith("x", new GpuWorstFit()));
        yield return Case("GpuPacking", () => BuiltInPlugins.ProfileWith("x", new GpuPacking()));
        yield return Case("GpuDotProduct", () => BuiltInPlugins.ProfileWith("x", new GpuDotProduct()));
        yield return Case("GpuRandom", () => BuiltInPlugins.ProfileWith("x", new GpuRandom(5)));
        yield return Case("GpuFgd", () => BuiltInPlugins.ProfileWith("x", new GpuFgd(TypicalPods.None)));

        static TestCaseData<Func<Profile>> Case(string name, Func<Profile> make) =>
            new TestCaseData<Func<Profile>>(make).SetArgDisplayNames(name);
    }

    /// <summary>The default filters and one of the default scores, which no other can drown out.</summary>
    private static Profile WithScore(string name)
    {
        Profile profile = BuiltInPlugins.DefaultProfile("x");
        return profile with
        {
            PreScore = [.. profile.PreScore.Where(p => p.Name == name)],
            Score = [.. profile.Score.Where(s => s.Plugin.Name == name)],
        };
    }

    [TestCaseSource(nameof(Profiles))]
    public void Evaluate_to_the_node_that_asking_every_plugin_about_every_node_gives(Func<Profile> make) =>
        Gen.Int.Sample(seed => Replay(make(), new Random(seed)), iter: 25);

    private static void Replay(Profile profile, Random random)
    {
        int count = random.Next(1, 140);
        ClusterWriter writer = new(TieKeys.Seeded(3));
        writer.SetNodes(Enumerable.Range(0, count).Select(i => Node(random, i)));
        PodClass[] classes = [.. Enumerable.Range(0, 6).Select(i => writer.Classes.Intern(Pod(random, isPlain: i % 2 == 0)))];
        Evaluator evaluator = new(profile);
        List<(string Node, int Index, Pod Pod)> placed = [];
        for (int attempt = 0; attempt < 40; attempt++)
        {
            PodClass podClass = classes[random.Next(classes.Length)];
            Decision decision = evaluator.Decide(podClass, writer.Working, attempt);
            Assert.That(decision.Node, Is.EqualTo(NaiveEvaluator.Best(profile, podClass, writer.Working, attempt)), $"attempt {attempt}, {podClass.Spec}");
            switch (random.Next(10))
            {
                case 0 when placed.Count > 0:
                    (_, int index, Pod gone) = placed[random.Next(placed.Count)];
                    placed.RemoveAll(p => ReferenceEquals(p.Pod, gone));
                    writer.Working.Remove(index, gone);
                    break;
                case 1:
                    writer.SetNodes(Node(random, random.Next(count)));
                    break;
                case 2:
                    string removed = $"n{random.Next(count)}";
                    writer.RemoveNode(removed);
                    placed.RemoveAll(p => p.Node == removed);
                    break;
                case 3:
                    writer.Publish();
                    break;
                default:
                    if (decision.IsFound)
                    {
                        Pod pod = new() { Name = $"p{attempt}", Spec = podClass.Spec };
                        writer.Working.Place(decision.Node, pod, podClass, decision.Devices);
                        placed.Add((writer.Working.NodeAt(decision.Node).Name, decision.Node, pod));
                    }

                    break;
            }
        }
    }

    private static Node Node(Random random, int index) => RandomObjects.Node(random, $"n{index}") with
    {
        Shape = Shapes[random.Next(Shapes.Length)],
        Regime = (AllocationRegime)random.Next(4),
    };

    /// <summary>A plain pod fits on many nodes; the others use every rule and fit on few.</summary>
    private static PodSpec Pod(Random random, bool isPlain)
    {
        PodSpec spec = RandomObjects.Pod(random) with { Devices = random.Next(2) == 0 ? DeviceRequest.None : GpuCluster.RandomRequest(random) };
        return !isPlain ? spec : spec with
        {
            NodeName = "",
            NodeSelector = LabelSet.Empty,
            NodeAffinity = spec.NodeAffinity is { } affinity ? affinity with { Required = null } : null,
            Tolerations = [new Toleration("", TolerationOperator.Exists, "", TaintEffect.NoSchedule), new Toleration("", TolerationOperator.Exists, "", TaintEffect.NoExecute)],
            Containers = [new Container { Image = "web", Requests = ResourceList.Of((ResourceNames.Cpu, 500), (ResourceNames.Memory, 500L << 20)) }],
        };
    }
}
