using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class BindingTests
{
    [Test]
    public async Task A_binding_sets_node_annotations_and_condition_in_one_version()
    {
        await using Api api = await Api.StartAsync();
        JsonObject made = await api.CreateAsync(Api.Pods, Api.Pod("a"));
        await api.PatchAsync(Api.Pods + "/a/status", "application/merge-patch+json", """{"status":{"nominatedNodeName":"n9","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable"}]}}""");
        long version = api.Server.Cluster.Version;
        JsonObject answer = await api.BindAsync("a", "n1", uid: (string)made["metadata"]!["uid"]!, annotations: new JsonObject { ["gpuscheduler.io/devices"] = "0,1" });
        Assert.That(((string?)answer["kind"], (string?)answer["status"], (int?)answer["code"]), Is.EqualTo(("Status", "Success", 201)));
        Assert.That(api.Server.Cluster.Version, Is.EqualTo(version + 1));
        JsonObject pod = await api.GetAsync(Api.Pods + "/a");
        Assert.That(((string?)pod["spec"]!["nodeName"], (string?)pod["metadata"]!["annotations"]!["gpuscheduler.io/devices"], pod["status"]!["nominatedNodeName"]), Is.EqualTo(("n1", "0,1", (JsonNode?)null)));
        JsonNode condition = pod["status"]!["conditions"]!.AsArray().Single()!;
        Assert.That(((string?)condition["type"], (string?)condition["status"], condition["reason"]), Is.EqualTo(("PodScheduled", "True", (JsonNode?)null)));
    }

    [Test]
    public async Task The_bindings_collection_binds_too()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        await api.CreateAsync("/api/v1/namespaces/default/bindings", Api.Read("""{"metadata":{"name":"a"},"target":{"kind":"Node","name":"n1"}}"""));
        Assert.That((string?)(await api.GetAsync(Api.Pods + "/a"))["spec"]!["nodeName"], Is.EqualTo("n1"));
    }

    [TestCase("""{"metadata":{"name":"a"},"target":{"kind":"Node"}}""", "target.name: Required value")]
    [TestCase("""{"metadata":{"name":"a"},"target":{"kind":"Pod","name":"n1"}}""", "target.kind: Unsupported value: \"Pod\"")]
    [TestCase("""{"metadata":{"name":"a"},"target":{"name":"Bad Node"}}""", "target.name: Invalid value: \"Bad Node\"")]
    public async Task A_binding_to_nothing_sensible_is_refused(string binding, string message)
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        JsonObject status = await api.SendAsync(HttpMethod.Post, Api.Pods + "/a/binding", Api.Read(binding), HttpStatusCode.InternalServerError);
        Assert.That((string?)status["message"], Does.Contain(message));
    }

    [Test]
    public async Task A_bound_pod_is_not_bound_again_not_even_to_its_node()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        await api.BindAsync("a", "n1");
        JsonObject status = await api.BindAsync("a", "n1", HttpStatusCode.Conflict);
        Assert.That(((string?)status["message"], (string?)status["reason"]), Is.EqualTo(("Operation cannot be fulfilled on pods/binding \"a\": pod a is already assigned to node \"n1\"", "Conflict")));
    }

    [Test]
    public async Task A_binding_for_an_earlier_pod_of_the_name_is_a_conflict()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        JsonObject status = await api.BindAsync("a", "n1", HttpStatusCode.Conflict, uid: "0000");
        Assert.That((string?)status["message"], Does.StartWith("Operation cannot be fulfilled on pods \"a\": ").And.Contain("Precondition failed: UID in precondition: 0000"));
        Assert.That((await api.GetAsync(Api.Pods + "/a"))["spec"]!["nodeName"], Is.Null);
    }

    [Test]
    public async Task Pods_that_are_gated_or_going_are_not_bound()
    {
        await using Api api = await Api.StartAsync();
        JsonObject gated = Api.Pod("gated"), going = Api.Pod("going");
        gated["spec"]!["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "example.com/wait" });
        going["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        JsonObject made = await api.CreateAsync(Api.Pods, gated);
        Assert.That((string?)made["status"]!["conditions"]![0]!["reason"], Is.EqualTo("SchedulingGated"));
        await api.CreateAsync(Api.Pods, going);
        await api.DeleteAsync(Api.Pods + "/going");
        Assert.That((string?)(await api.BindAsync("gated", "n1", HttpStatusCode.Conflict))["message"], Does.EndWith("pod gated has non-empty .spec.schedulingGates"));
        Assert.That((string?)(await api.BindAsync("going", "n1", HttpStatusCode.Conflict))["message"], Does.EndWith("pod going is being deleted, cannot be assigned to a host"));
        await api.BindAsync("none", "n1", HttpStatusCode.NotFound);
        await api.PatchAsync(Api.Pods + "/gated", "application/merge-patch+json", """{"spec":{"schedulingGates":null}}""");
        await api.BindAsync("gated", "n1");
    }

    [Test]
    public async Task Of_many_bindings_at_once_exactly_one_wins()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        HttpStatusCode[] codes = await Task.WhenAll(Enumerable.Range(0, 16).Select(async index =>
        {
            using HttpResponseMessage answer = await api.Client.PostAsync(Api.Pods + "/a/binding", new StringContent($$"""{"metadata":{"name":"a"},"target":{"name":"n{{index}}" } }""", System.Text.Encoding.UTF8, "application/json"));
            return answer.StatusCode;
        }));
        Assert.That(codes.Count(code => code == HttpStatusCode.Created), Is.EqualTo(1));
        Assert.That(codes.Count(code => code == HttpStatusCode.Conflict), Is.EqualTo(15));
    }

    [Test]
    public async Task An_eviction_deletes_unless_a_budget_forbids()
    {
        await using Api api = await Api.StartAsync();
        JsonObject pod = Api.Pod("a");
        pod["metadata"]!["labels"] = new JsonObject { ["app"] = "x" };
        await api.CreateAsync(Api.Pods, pod);
        await api.CreateAsync("/apis/policy/v1/namespaces/default/poddisruptionbudgets", Api.Read("""{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"x"}}}}"""));
        JsonObject eviction = Api.Read("""{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"a"}}""");
        JsonObject status = await api.SendAsync(HttpMethod.Post, Api.Pods + "/a/eviction", eviction, HttpStatusCode.TooManyRequests);
        Assert.That((string?)status["details"]!["causes"]![0]!["reason"], Is.EqualTo("DisruptionBudget"));
        await api.PatchAsync("/apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status", "application/merge-patch+json", """{"status":{"disruptionsAllowed":1}}""");
        await api.SendAsync(HttpMethod.Post, Api.Pods + "/a/eviction", eviction, HttpStatusCode.Created);
        await api.SendAsync(HttpMethod.Get, Api.Pods + "/a", null, HttpStatusCode.NotFound);
    }
}
