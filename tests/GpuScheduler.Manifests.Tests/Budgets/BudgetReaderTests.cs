using System.Globalization;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

[TestFixture]
public sealed class BudgetReaderTests
{
    [TestCase("minAvailable: 1", 2)]
    [TestCase("minAvailable: 50%", 1, Description = "half of three, rounded up, stay")]
    [TestCase("maxUnavailable: 2", 2)]
    [TestCase("maxUnavailable: 50%", 2, Description = "half of three, rounded up, may go")]
    [TestCase("minAvailable: 5", 0)]
    public void A_budget_without_a_status_allows_what_its_bound_pods_leave(string rule, int allowed)
    {
        string[] pods = [.. Enumerable.Range(0, 4).Select(i => Pod(i, isBound: i < 3))];
        ClusterManifest manifest = Clusters.Read([Budget(rule), .. pods, Clusters.NodeText()]);
        DisruptionBudget budget = manifest.Budgets.Single();
        Assert.That((budget.ToString(), budget.DisruptionsAllowed), Is.EqualTo(("default/b", allowed)));
        Assert.That(manifest.Pods.Count(budget.Covers), Is.EqualTo(4));
    }

    [Test]
    public void The_status_of_a_budget_says_what_it_allows() =>
        Assert.That(Clusters.Read(Budget("minAvailable: 1") + "\nstatus: {disruptionsAllowed: 7}", Clusters.NodeText()).Budgets.Single().DisruptionsAllowed, Is.EqualTo(7));

    [Test]
    public void A_rule_that_is_no_amount_is_an_error() =>
        Assert.That(Clusters.Errors(Budget("minAvailable: most"), Clusters.NodeText()).Single(), Does.Contain("spec.minAvailable: \"most\" is neither a number nor a percentage; write one such as 1 or 50%"));

    private static string Budget(string rule) => $$"""
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: { name: b }
        spec: { {{rule}}, selector: { matchLabels: { app: a } } }
        """;

    private static string Pod(int index, bool isBound) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: { name: p{{index.ToString(CultureInfo.InvariantCulture)}}, labels: { app: a } }
        spec: { {{(isBound ? "nodeName: n, " : "")}}containers: [{ name: c, image: i }] }
        status: { phase: {{(isBound ? "Running" : "Pending")}} }
        """;
}
