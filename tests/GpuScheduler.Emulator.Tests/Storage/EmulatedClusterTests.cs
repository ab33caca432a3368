using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class EmulatedClusterTests
{
    [Test]
    public async Task Changes_start_with_what_is_there_and_follow_in_order()
    {
        var cluster = new EmulatedCluster(TimeProvider.System);
        cluster.Create(Api.Pod("a"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using IAsyncEnumerator<ClusterChange> changes = cluster.Changes("pods", limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.That(await NextAsync(changes), Is.EqualTo("Added default/a"));
        cluster.Create(Api.Pod("b"));
        cluster.ChangeStatus("pods", "default", "a", pod => pod["status"]!["phase"] = "Running");
        cluster.Delete("pods", "default", "b");
        Assert.That(await NextAsync(changes), Is.EqualTo("Added default/b"));
        Assert.That(await NextAsync(changes), Is.EqualTo("Modified default/a"));
        Assert.That((string?)changes.Current.ReadDocument()["status"]!["phase"], Is.EqualTo("Running"));
        Assert.That(await NextAsync(changes), Is.EqualTo("Modified default/b"), "marked as deleted");
        Assert.That(await NextAsync(changes), Is.EqualTo("Deleted default/b"));
    }

    [Test]
    public void Refusals_are_exceptions_with_the_status()
    {
        var cluster = new EmulatedCluster(TimeProvider.System);
        cluster.Create(Api.Node("n1"));
        ApiStatusException refusal = Assert.Throws<ApiStatusException>(() => cluster.Create(Api.Node("n1")))!;
        Assert.That((refusal.Code, refusal.Reason, refusal.Message), Is.EqualTo((409, "AlreadyExists", "nodes \"n1\" already exists")));
        Assert.That(Assert.Throws<ApiStatusException>(() => cluster.Create(Api.Read("""{"apiVersion":"v1","kind":"Nonsense"}""")))!.Message, Does.Contain("no matches for kind \"Nonsense\""));
        Assert.That(Assert.Throws<ArgumentException>(() => cluster.List("pod"))!.Message, Does.Contain("name it as kubectl does"));
    }

    [Test]
    public void What_is_given_out_is_a_private_copy()
    {
        var cluster = new EmulatedCluster(TimeProvider.System);
        JsonObject given = Api.Pod("a");
        JsonObject made = cluster.Create(given);
        made["metadata"]!["name"] = "changed";
        given["metadata"]!["name"] = "changed";
        cluster.Get("pods", "default", "a")!["metadata"]!["name"] = "changed";
        Assert.That((string?)cluster.List("pods", "default").Single()["metadata"]!["name"], Is.EqualTo("a"));
    }

    [Test]
    public void What_does_not_exist_is_null_or_false()
    {
        var cluster = new EmulatedCluster(TimeProvider.System);
        Assert.That(cluster.Get("pods", "default", "a"), Is.Null);
        Assert.That(cluster.ChangeStatus("pods", "default", "a", _ => { }), Is.Null);
        Assert.That(cluster.Delete("pods", "default", "a"), Is.False);
    }

    [Test]
    public void A_node_is_updated_apart_from_its_status()
    {
        var cluster = new EmulatedCluster(TimeProvider.System);
        JsonObject node = cluster.Create(Api.Node("n1"));
        node["spec"] = new JsonObject { ["unschedulable"] = true };
        node["status"] = new JsonObject { ["phase"] = "x" };
        node = cluster.Update(node);
        Assert.That((node["spec"]!.ToJsonString(), node["status"]), Is.EqualTo(("""{"unschedulable":true}""", (JsonNode?)null)));
        node["status"] = new JsonObject { ["capacity"] = new JsonObject { ["cpu"] = "4" } };
        Assert.That((string?)cluster.UpdateStatus(node)["status"]!["capacity"]!["cpu"], Is.EqualTo("4"));
    }

    [Test]
    public void An_object_is_restored_as_a_backup_has_it_in_place_of_what_is_there()
    {
        var cluster = new EmulatedCluster(TimeProvider.System);
        cluster.Create(Api.Node("n1"));
        JsonObject backup = Api.Node("n1");
        (backup["metadata"]!["uid"], backup["metadata"]!["creationTimestamp"]) = ("u", "2020-01-01T00:00:00Z");
        backup["status"] = new JsonObject { ["capacity"] = new JsonObject { ["cpu"] = "4" } };
        cluster.Restore(backup);
        JsonObject node = cluster.Get("nodes", "", "n1")!;
        Assert.That(((string?)node["metadata"]!["uid"], (string?)node["metadata"]!["creationTimestamp"]), Is.EqualTo(("u", "2020-01-01T00:00:00Z")));
        Assert.That((string?)node["status"]!["capacity"]!["cpu"], Is.EqualTo("4"));
        Assert.That((string?)node["metadata"]!["resourceVersion"], Is.EqualTo($"{cluster.Version}"));
        Assert.That(cluster.List("nodes"), Has.Count.EqualTo(1));
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<ClusterChange> changes)
    {
        Assert.That(await changes.MoveNextAsync(), Is.True);
        return $"{changes.Current.Kind} {changes.Current.Namespace}/{changes.Current.Name}";
    }
}
