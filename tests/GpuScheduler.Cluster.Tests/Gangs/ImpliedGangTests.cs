namespace GpuScheduler.Cluster.Tests;

public sealed class ImpliedGangTests
{
    private static readonly GangKey Key = new("gpuscheduler.dev/gang", "ml", "a");

    [Test]
    public void Pods_that_say_the_same_make_the_gang_that_they_say()
    {
        GangObject gang = Of(new GangGroup { MinPods = 4, Size = 8 });
        Assert.That(ImpliedGangs.Merge([gang, gang]), Is.SameAs(gang));
        Assert.That(ImpliedGangs.Merge([gang, Of(new GangGroup { MinPods = 4, Size = 8 })]).Problems, Is.Empty);
    }

    [Test]
    public void Pods_that_say_different_things_are_a_problem_whatever_their_order()
    {
        GangObject[] said = [Of(new GangGroup { MinPods = 4 }), Of(new GangGroup { MinPods = 8, RequiredLevel = "rack" }), Of(new GangGroup { MinPods = 2, RequiredLevel = "rack" })];
        GangObject merged = ImpliedGangs.Merge(said);
        Assert.That(merged.Group.MinPods, Is.EqualTo(8));
        Assert.That(merged.Problems, Is.EqualTo(new[]
        {
            "its pods do not agree on its minimum: 2 and 4 and 8; make them say the same",
            "its pods do not agree on its required level: none and rack; make them say the same",
        }));
        GangObject again = ImpliedGangs.Merge(said.Reverse());
        Assert.That((again.Group.MinPods, again.Group.RequiredLevel), Is.EqualTo((8, "rack")));
        Assert.That(again.Problems, Is.EqualTo(merged.Problems));
    }

    [Test]
    public void Pods_without_a_group_beside_pods_with_one_are_a_group_of_their_own()
    {
        GangGroup merged = ImpliedGangs.Merge([Of(new GangGroup()), Of(new GangGroup { Groups = [new GangGroup { Name = "b" }] })]).Group;
        Assert.That(merged.Groups.Select(g => g.Name), Is.EqualTo(new[] { "", "b" }));
        Assert.That(GangPath.Find(merged, "", LabelSet.Empty)!.Last.Name, Is.Empty);
    }

    private static GangObject Of(GangGroup group) => new() { Key = Key, Group = group };
}
