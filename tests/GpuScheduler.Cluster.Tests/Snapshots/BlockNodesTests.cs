using CsCheck;

namespace GpuScheduler.Cluster.Tests;

/// <summary>The inverted indexes of blocks against a look at each node.</summary>
public sealed class BlockNodesTests
{
    private static readonly Gen<Node> Nodes = Gen.Select(
        Gen.Int[0, 4].Array[0, 3],
        Gen.Int[0, 2].Array[0, 2],
        Gen.Select(Gen.Int[0, 5], Gen.Long[1, 2]).Array[0, 3],
        Gen.Bool,
        (labels, taints, images, cordoned) => new Node
        {
            Name = "",
            Labels = LabelSet.Of([.. labels.Select(l => ($"key-{l % 3}", $"value-{l}"))]),
            Taints = [.. taints.Select(t => new Taint($"taint-{t}", "", (TaintEffect)t))],
            Images = [.. images.Select(i => new ContainerImage([$"image-{i.Item1}"], i.Item2))],
            Unschedulable = cordoned,
        });

    [Test]
    public void Each_index_tells_what_the_nodes_say() => Nodes.Array[1, 130].Sample(all =>
    {
        Node[] nodes = [.. all.Select((n, i) => n with { Name = $"n{i}" })];
        ClusterWriter cluster = TestCluster.Of(nodes);
        Vocabulary words = cluster.Vocabulary;
        for (int b = 0; b < cluster.Head.Blocks.Length; b++)
        {
            BlockNodes block = cluster.Head.Blocks[b].Nodes;
            ulong Where(Func<Node, bool> holds) => nodes.Skip(b * Block.Size).Take(Block.Size)
                .Select((n, lane) => holds(n) ? 1UL << lane : 0).Aggregate(0UL, (x, y) => x | y);
            for (int l = 0; l < 6; l++)
            {
                (string key, string value) = ($"key-{l % 3}", $"value-{l}");
                Assert.That(block.WithLabel(words.Labels.Intern((key, value))), Is.EqualTo(Where(n => n.Labels.GetValueOrDefault(key) == value)));
                Assert.That(block.WithLabelKey(words.LabelKeys.Intern(key)), Is.EqualTo(Where(n => n.Labels.ContainsKey(key))));
                int image = words.Images.Intern($"image-{l}");
                Assert.That(
                    block.Images.Where(i => i.Image == image).Aggregate(0UL, (mask, i) => mask | i.Lanes),
                    Is.EqualTo(Where(n => n.Images.Any(i => i.Names.Contains($"image-{l}")))));
                Assert.That(cluster.Head.Images.NodesWith(image), Is.EqualTo(nodes.Count(n => n.Images.Any(i => i.Names.Contains($"image-{l}")))));
            }

            Assert.That(block.WithLabel(words.Labels.Intern(("nobody", "has"))), Is.Zero);
            Assert.That(block.Present, Is.EqualTo(Where(_ => true)));
            Assert.That(block.Unschedulable, Is.EqualTo(Where(n => n.Unschedulable)));
            foreach (LaneGroup<Taint> group in block.Taints)
            {
                Assert.That(group.Lanes, Is.EqualTo(Where(n => n.Taints.Contains(group.Value))));
            }

            Assert.That(block.Taints.Select(t => t.Value), Is.EquivalentTo(nodes.Skip(b * Block.Size).Take(Block.Size).SelectMany(n => n.Taints).Distinct()));
        }
    }, iter: 60);

    [Test]
    public void A_mask_index_finds_what_a_dictionary_finds() =>
        Gen.Dictionary(Gen.Int[0, 300], Gen.ULong)[0, 100].Sample(masks =>
        {
            MaskIndex index = new(masks);
            Assert.That(Enumerable.Range(0, 301).Select(key => index[key]), Is.EqualTo(Enumerable.Range(0, 301).Select(key => masks.GetValueOrDefault(key))));
        });
}
