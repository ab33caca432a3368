using CsCheck;

namespace GpuScheduler.Cluster.Tests;

public sealed class GangAssemblyTests
{
    private static readonly Gen<GangObject[]> Forests =
        Gen.Select(Gen.Int[1, 24], Gen.Int[0, 40].Array[24]).Select((count, parents) => Enumerable.Range(0, count).Select(i => Node(i, parents[i])).ToArray());

    [Test]
    public void An_object_without_a_parent_is_a_gang()
    {
        Gang gang = GangAssembly.Assemble([Object("a") with { Group = new GangGroup { MinPods = 4 } }]).Single();
        Assert.That((gang.Key, gang.Group.MinPods, gang.WaitsFor), Is.EqualTo((Key("a"), 4, (string?)null)));
        Assert.That(gang.Problems, Is.Empty);
    }

    [Test]
    public void Objects_under_one_root_are_one_gang_with_a_group_for_each()
    {
        GangObject root = Object("root") with { Group = new GangGroup { RequiredLevel = "block", MinGroups = 2 } };
        GangObject[] parts = [.. "ab".Select(c => Object(c.ToString(), "root") with { Group = new GangGroup { MinPods = 3, RequiredLevel = "rack" } })];
        Gang gang = GangAssembly.Assemble([parts[1], root, parts[0]]).Single();
        Assert.That(gang.Objects.Select(o => o.Key.Name), Is.EqualTo(new[] { "root", "a", "b" }));
        Assert.That((gang.Group.MinPods, gang.Group.RequiredLevel), Is.EqualTo((6, "block")));
        Assert.That(gang.Find(new GangMembership(Key("b")), LabelSet.Empty)!.Groups.Select(g => (g.Name, g.RequiredLevel)), Is.EqualTo(new[] { ("", "block"), ("b", "rack") }));
    }

    [Test]
    public void A_pod_is_found_in_a_group_within_a_part()
    {
        GangObject part = Object("part", "root") with { Group = new GangGroup { Groups = [new GangGroup { Name = "x" }, new GangGroup { Name = "y" }] } };
        Gang gang = GangAssembly.Assemble([Object("root"), part]).Single();
        Assert.That(gang.Find(new GangMembership(Key("part"), "y"), LabelSet.Empty)!.Groups.Select(g => g.Name), Is.EqualTo(new[] { "", "part", "y" }));
        Assert.That(gang.Find(new GangMembership(Key("part"), "z"), LabelSet.Empty), Is.Null);
        Assert.That(gang.Find(new GangMembership(Key("other")), LabelSet.Empty), Is.Null);
    }

    [Test]
    public void A_missing_parent_is_waited_for_by_name()
    {
        Gang gang = GangAssembly.Assemble([Object("a", "gone")]).Single();
        Assert.That(gang.WaitsFor, Is.EqualTo("groups ml/a waits for its parent groups ml/gone, which does not exist"));
        Assert.That(gang.Problems, Is.Empty);
    }

    [Test]
    public void Groups_that_are_missing_are_waited_for()
    {
        GangObject root = Object("root") with { Group = new GangGroup { MinGroups = 3 } };
        Assert.That(GangAssembly.Assemble([root, Object("a", "root")]).Single().WaitsFor, Is.EqualTo("groups ml/root waits for 2 of the 3 groups that it needs, which do not exist"));
    }

    [Test]
    public void A_part_that_splits_is_as_many_groups_as_are_needed()
    {
        GangObject root = Object("root") with { Group = new GangGroup { MinGroups = 3, Groups = [new GangGroup { Name = "shard", MinPods = 4, SplitBy = ["shard"] }] } };
        Gang gang = GangAssembly.Assemble([root, Object("a", "root") with { Group = new GangGroup { MinPods = 5 } }]).Single();
        Assert.That(gang.WaitsFor, Is.Null);
        Assert.That(gang.Group.MinPods, Is.EqualTo(12), "three shards of four");
    }

    [Test]
    public void A_cycle_is_a_problem_of_those_in_it_and_below_it_alone()
    {
        Gang[] gangs = [.. GangAssembly.Assemble([Object("c", "b"), Object("b", "c"), Object("below", "c"), Object("a")])];
        Assert.That(gangs.Select(g => g.Key.Name), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(gangs[0].Problems, Is.Empty);
        Assert.That(gangs[1].Problems, Is.EqualTo(new[] { "groups ml/b: its parents lead back to itself (groups ml/b -> groups ml/c -> groups ml/b); take one of these out of its parent" }));
        Assert.That(gangs[1].Objects.Select(o => o.Key.Name), Is.EquivalentTo(new[] { "b", "c", "below" }));
    }

    [Test]
    public void A_tree_of_too_many_levels_is_a_problem_that_names_the_first_too_deep()
    {
        GangObject[] chain = [.. Enumerable.Range(0, 2_000).Select(i => Object($"{i:D5}", i == 0 ? null : $"{i - 1:D5}"))];
        Assert.That(GangAssembly.Assemble(chain.Take(GangAssembly.MaxLevels)).Single().Problems, Is.Empty);
        Gang[] gangs = [.. GangAssembly.Assemble(chain)];
        Assert.That(gangs[0].Problems, Is.EqualTo(new[] { "groups ml/00008: is more than 8 levels below groups ml/00000; hang it higher in the tree" }));
        Assert.That(gangs.SelectMany(g => g.Objects).Select(o => o.Key.Name).Order(StringComparer.Ordinal), Is.EqualTo(chain.Select(o => o.Key.Name)));
        Assert.That(gangs[^1].Problems, Is.EqualTo(new[] { "groups ml/01999: has more than 64 parents above it; a gang has at most 8 levels" }));
    }

    [Test]
    public void Problems_and_waits_of_a_part_are_those_of_the_whole()
    {
        Gang gang = GangAssembly.Assemble([Object("root"), Object("a", "root") with { Problems = ["spec.x: is wrong"] }, Object("b", "root") with { WaitsFor = "not ready" }]).Single();
        Assert.That(gang.Problems, Is.EqualTo(new[] { "groups ml/a: spec.x: is wrong" }));
        Assert.That(gang.WaitsFor, Is.EqualTo("groups ml/b waits: not ready"));
    }

    [Test]
    public void Every_object_is_in_exactly_one_gang_whatever_its_parents()
    {
        Forests.Sample(objects =>
        {
            Gang[] gangs = [.. GangAssembly.Assemble(objects)];
            Assert.That(gangs.SelectMany(g => g.Objects).Select(o => o.Key), Is.EquivalentTo(objects.Select(o => o.Key)));
            foreach (Gang gang in gangs)
            {
                // Nothing is wrong: then the root is whole, and all others lead up to it.
                if (gang.Problems.IsEmpty && gang.WaitsFor is null)
                {
                    Assert.That(gang.Root.Parent, Is.Null);
                    Assert.That(gang.Objects.Skip(1).Select(o => o.Parent), Is.All.Matches<GangKey?>(p => gang.Objects.Any(o => o.Key == p)));
                    Assert.That(gang.Objects.Select(o => gang.Find(new GangMembership(o.Key), LabelSet.Empty) is not null || objects.Any(p => p.Parent == o.Key)), Is.All.True);
                }
                else if (gang.Problems.IsEmpty)
                {
                    Assert.That(objects.Any(o => o.Key == gang.Root.Parent), Is.False);
                }
            }
        });
    }

    [Test]
    public void Neither_the_order_of_changes_nor_what_was_asked_between_changes_the_gangs()
    {
        Gen.Select(Forests, Gen.Int[0, 24].Array[0, 60], Gen.Int[0, 40].Array[60]).Sample((objects, changes, parents) =>
        {
            GangAssembly assembly = new();
            Dictionary<GangKey, GangObject> model = [];
            foreach (GangObject item in objects)
            {
                assembly.Set(item);
                model[item.Key] = item;
                assembly.ToGangs();
            }

            foreach ((int change, int i) in changes.Select((c, i) => (c, i)))
            {
                GangObject item = Node(change, parents[i]);
                if (i % 3 == 0)
                {
                    Assert.That(assembly.Remove(item.Key), Is.EqualTo(model.Remove(item.Key)));
                }
                else
                {
                    assembly.Set(item);
                    model[item.Key] = item;
                }

                Assert.That(Text(assembly.ToGangs()), Is.EqualTo(Text(GangAssembly.Assemble(model.Values.Reverse()))));
            }
        }, iter: 300);
    }

    [Test]
    public void An_implied_parent_gives_way_to_an_object()
    {
        GangObject implied = Object("p") with { Group = new GangGroup { MinGroups = 1, RequiredLevel = "rack" } };
        GangObject part = Object("a", "p") with { ImpliedParent = implied };
        GangAssembly assembly = new();
        assembly.Set(part);
        Assert.That(assembly.GangOf(part.Key)!.Group.RequiredLevel, Is.EqualTo("rack"));
        assembly.Set(Object("p") with { Group = new GangGroup { MinGroups = 1, RequiredLevel = "zone" } });
        Assert.That(assembly.GangOf(part.Key)!.Group.RequiredLevel, Is.EqualTo("zone"));
        assembly.Remove(Key("p"));
        Assert.That(assembly.GangOf(part.Key)!.Group.RequiredLevel, Is.EqualTo("rack"));
        assembly.Remove(part.Key);
        Assert.That(assembly.ToGangs(), Is.Empty);
    }

    private static string[] Text(IEnumerable<Gang> gangs) =>
        [.. gangs.Select(g => $"{g.Key}: {string.Join(',', g.Objects.Select(o => $"{o.Key.Name}<{o.Parent?.Name}"))} {g.WaitsFor} {string.Join(';', g.Problems)}")];

    /// <summary>Object <paramref name="number"/>, below another: up to 24 there may be; up to 32 the parent does not exist; beyond it has none.</summary>
    private static GangObject Node(int number, int parent) => Object($"{number:D2}", parent > 32 ? null : $"{parent:D2}");

    private static GangObject Object(string name, string? parent = null) =>
        new() { Key = Key(name), Parent = parent is null ? null : Key(parent), Group = new GangGroup() };

    private static GangKey Key(string name) => new("groups", "ml", name);
}
