using System.Text;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes.Tests;

[TestFixture]
internal sealed class BudgetDecoderTests
{
    private const string Budget = """
        {"metadata":{"name":"b","namespace":"ns","uid":"u","resourceVersion":"7"},
         "spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"a"},"matchExpressions":[{"key":"tier","operator":"NotIn","values":["x"]},{"key":"live","operator":"Exists"}]}},
         "status":{"disruptionsAllowed":2,"disruptedPods":{"gone":"2026-01-01T00:00:00Z"},"currentHealthy":3,"desiredHealthy":1,"expectedPods":3}}
        """;

    [Test]
    public void A_budget_covers_the_pods_of_its_namespace_that_its_selector_matches()
    {
        DisruptionBudget budget = Decode(Budget);
        Assert.That((budget.ToString(), budget.Uid, budget.ResourceVersion, budget.DisruptionsAllowed), Is.EqualTo(("ns/b", "u", "7", 2)));
        Pod pod = new() { Name = "p", Namespace = "ns", Labels = LabelSet.Of(("app", "a"), ("live", "")), Spec = new PodSpec() };
        Assert.Multiple(() =>
        {
            Assert.That(budget.Covers(pod));
            Assert.That(budget.Covers(pod with { Namespace = "other" }), Is.False);
            Assert.That(budget.Covers(pod with { Labels = LabelSet.Of(("app", "b"), ("live", "")) }), Is.False);
            Assert.That(budget.Covers(pod with { Labels = pod.Labels.Add("tier", "x") }), Is.False);
            Assert.That(budget.Covers(pod with { Labels = pod.Labels.Add("tier", "y") }));
            Assert.That(budget.Covers(pod with { Labels = pod.Labels.Remove("live") }), Is.False);
            Assert.That(budget.Covers(pod with { Name = "gone" }), Is.False, "its eviction is counted already");
        });
    }

    [Test]
    public void An_empty_selector_matches_all_in_v1_and_none_before()
    {
        const string empty = """{"metadata":{"name":"b","namespace":"ns"},"spec":{"selector":{}},"status":{"disruptionsAllowed":0}}""";
        Pod pod = new() { Name = "p", Namespace = "ns", Spec = new PodSpec() };
        Assert.That(Decode(empty).Covers(pod));
        Assert.That(Decode(empty, "policy/v1beta1").Covers(pod), Is.False);
        Assert.That(Decode("""{"metadata":{"name":"b","namespace":"ns"},"spec":{},"status":{}}""").Covers(pod), Is.False);
    }

    [Test]
    public void A_selector_that_makes_no_sense_is_said()
    {
        const string wrong = """{"metadata":{"name":"b"},"spec":{"selector":{"matchExpressions":[{"key":"a","operator":"Exists","values":["x"]}]}},"status":{}}""";
        Assert.That(() => Decode(wrong), Throws.TypeOf<ObjectDecodeException>().With.Message.Contains("Exists takes no values"));
    }

    private static DisruptionBudget Decode(string json, string apiVersion = "policy/v1") => new BudgetDecoder(apiVersion).DecodeJson(Encoding.UTF8.GetBytes(json));
}
