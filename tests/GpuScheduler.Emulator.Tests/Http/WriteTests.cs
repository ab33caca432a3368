using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class WriteTests
{
    private const string Merge = "application/merge-patch+json";

    [Test]
    public async Task A_new_pod_gets_what_the_api_server_gives_it()
    {
        await using Api api = await Api.StartAsync();
        JsonObject pod = await api.CreateAsync(Api.Pods, Api.Pod("a"));
        Assert.That(Guid.TryParse((string?)pod["metadata"]!["uid"], out _), Is.True);
        Assert.That((int?)pod["metadata"]!["generation"], Is.EqualTo(1));
        JsonNode spec = pod["spec"]!;
        Assert.That(((string?)spec["restartPolicy"], (string?)spec["schedulerName"], (int?)spec["priority"], (int?)spec["terminationGracePeriodSeconds"], (string?)spec["preemptionPolicy"]),
            Is.EqualTo(("Always", "default-scheduler", 0, 30, "PreemptLowerPriority")));
        Assert.That(spec["tolerations"]!.AsArray().Select(toleration => $"{toleration!["key"]} {toleration["tolerationSeconds"]}"),
            Is.EqualTo(new[] { "node.kubernetes.io/not-ready 300", "node.kubernetes.io/unreachable 300" }));
        Assert.That(((string?)pod["status"]!["phase"], (string?)pod["status"]!["qosClass"]), Is.EqualTo(("Pending", "BestEffort")));
    }

    [Test]
    public async Task Priority_comes_from_the_class()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync("/apis/scheduling.k8s.io/v1/priorityclasses", Api.Read("""{"metadata":{"name":"high"},"value":1000,"preemptionPolicy":"Never"}"""));
        JsonObject pod = Api.Pod("a");
        pod["spec"]!["priorityClassName"] = "high";
        JsonObject made = await api.CreateAsync(Api.Pods, pod);
        Assert.That(((int?)made["spec"]!["priority"], (string?)made["spec"]!["preemptionPolicy"]), Is.EqualTo((1000, "Never")));
        JsonObject wrong = Api.Pod("b");
        wrong["spec"]!["priorityClassName"] = "none";
        JsonObject status = await api.SendAsync(HttpMethod.Post, Api.Pods, wrong, HttpStatusCode.Forbidden);
        Assert.That((string?)status["message"], Is.EqualTo("pods \"b\" is forbidden: no PriorityClass with name none was found"));
    }

    [TestCase("""{"metadata":{},"spec":{"containers":[{"name":"c","image":"i"}]}}""", "metadata.name FieldValueRequired")]
    [TestCase("""{"metadata":{"name":"Bad_Name"},"spec":{"containers":[{"name":"c","image":"i"}]}}""", "metadata.name FieldValueInvalid")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{}}""", "spec.containers FieldValueRequired")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{"containers":[{"name":"c"},{"name":"c","image":"i"}]}}""", "spec.containers[0].image FieldValueRequired,spec.containers[1].name FieldValueDuplicate")]
    [TestCase("""{"metadata":{"name":"a","labels":{"bad key":"v"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""", "metadata.labels FieldValueInvalid")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{"restartPolicy":"Sometimes","containers":[{"name":"c","image":"i"}]}}""", "spec.restartPolicy FieldValueNotSupported")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"nvidia.com/gpu":"1"}}}]}}""", "spec.containers[0].resources.limits FieldValueRequired")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i","resources":{"limits":{"nvidia.com/gpu":"0.5"}}}]}}""", "spec.containers[0].resources.limits[nvidia.com/gpu] FieldValueInvalid,spec.containers[0].resources.requests[nvidia.com/gpu] FieldValueInvalid")]
    public async Task Nonsense_is_invalid_with_its_causes(string pod, string causes)
    {
        await using Api api = await Api.StartAsync();
        JsonObject status = await api.SendAsync(HttpMethod.Post, Api.Pods, Api.Read(pod), HttpStatusCode.UnprocessableEntity);
        Assert.That((string?)status["reason"], Is.EqualTo("Invalid"));
        Assert.That(string.Join(',', status["details"]!["causes"]!.AsArray().Select(cause => $"{cause!["field"]} {cause["reason"]}")), Is.EqualTo(causes));
        Assert.That(api.Server.Cluster.List("pods"), Is.Empty);
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"a":1,"a":2}""")]
    [TestCase("""{"metadata":"x"}""")]
    [TestCase("""{"metadata":{"name":"a"},"kind":"Node","apiVersion":"v1"}""")]
    public async Task A_broken_body_is_refused_and_the_server_goes_on(string body)
    {
        await using Api api = await Api.StartAsync();
        using HttpResponseMessage answer = await api.Client.PostAsync(Api.Pods, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.That((int)answer.StatusCode, Is.EqualTo(400).Or.EqualTo(422));
        Assert.That((string?)Api.Read(await answer.Content.ReadAsStringAsync())["kind"], Is.EqualTo("Status"));
        await api.CreateAsync(Api.Pods, Api.Pod("good"));
    }

    [TestCase("""{"metadata":{"name":"a"},"spec":{"priority":"high","containers":[{"name":"c","image":"i"}]}}""")]
    [TestCase("""{"metadata":{"name":"a"},"spec":{"nodeSelector":["x"],"containers":[{"name":"c","image":"i"}]}}""")]
    [TestCase("""{"metadata":{"name":"a","labels":{"n":1}},"spec":{"containers":[{"name":"c","image":"i"}]}}""")]
    public async Task A_field_of_a_wrong_type_is_a_bad_request(string pod)
    {
        await using Api api = await Api.StartAsync();
        JsonObject status = await api.SendAsync(HttpMethod.Post, Api.Pods, Api.Read(pod), HttpStatusCode.BadRequest);
        Assert.That((string?)status["message"], Does.StartWith("Pod in version \"v1\" cannot be handled as a Pod"));
    }

    [Test]
    public async Task A_second_create_and_a_stale_update_are_conflicts()
    {
        await using Api api = await Api.StartAsync();
        JsonObject pod = await api.CreateAsync(Api.Pods, Api.Pod("a"));
        JsonObject exists = await api.SendAsync(HttpMethod.Post, Api.Pods, Api.Pod("a"), HttpStatusCode.Conflict);
        Assert.That(((string?)exists["reason"], (string?)exists["message"]), Is.EqualTo(("AlreadyExists", "pods \"a\" already exists")));
        await api.PatchAsync(Api.Pods + "/a", Merge, """{"metadata":{"labels":{"a":"b"}}}""");
        JsonObject status = await api.SendAsync(HttpMethod.Put, Api.Pods + "/a", pod, HttpStatusCode.Conflict);
        Assert.That((string?)status["message"], Is.EqualTo("Operation cannot be fulfilled on pods \"a\": the object has been modified; please apply your changes to the latest version and try again"));
        pod["metadata"]!.AsObject().Remove("resourceVersion");
        await api.PutAsync(Api.Pods + "/a", pod);
    }

    [Test]
    public async Task An_update_that_changes_nothing_makes_no_new_version()
    {
        await using Api api = await Api.StartAsync();
        JsonObject pod = await api.CreateAsync(Api.Pods, Api.Pod("a"));
        long version = api.Server.Cluster.Version;
        await api.PutAsync(Api.Pods + "/a", pod);
        await api.PatchAsync(Api.Pods + "/a", Merge, "{}");
        Assert.That(api.Server.Cluster.Version, Is.EqualTo(version));
    }

    [Test]
    public async Task A_pods_spec_cannot_be_changed_nor_its_node()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        JsonObject status = await api.PatchAsync(Api.Pods + "/a", Merge, """{"spec":{"nodeName":"n1"}}""", HttpStatusCode.UnprocessableEntity);
        Assert.That((string?)status["message"], Does.Contain("spec.nodeName"));
        await api.PatchAsync(Api.Pods + "/a", Merge, """{"spec":{"containers":[{"name":"main","image":"other"}]}}""", HttpStatusCode.OK);
    }

    [Test]
    public async Task Status_and_spec_are_written_apart()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        await api.PatchAsync(Api.Pods + "/a/status", "application/strategic-merge-patch+json", """{"spec":{"nodeName":"n1"},"status":{"phase":"Running","conditions":[{"type":"PodScheduled","status":"False"}]}}""");
        await api.PatchAsync(Api.Pods + "/a/status", "application/strategic-merge-patch+json", """{"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"PodScheduled","reason":"Unschedulable"}]}}""");
        JsonObject pod = await api.PatchAsync(Api.Pods + "/a", Merge, """{"status":{"phase":"Failed"},"metadata":{"labels":{"a":"b"}}}""");
        Assert.That(((string?)pod["status"]!["phase"], pod["spec"]!["nodeName"], (string?)pod["metadata"]!["labels"]!["a"]), Is.EqualTo(("Running", (JsonNode?)null, "b")));
        Assert.That(pod["status"]!["conditions"]!.AsArray().Select(condition => condition!.ToJsonString()),
            Is.EqualTo(new[] { """{"type":"PodScheduled","status":"False","reason":"Unschedulable"}""", """{"type":"Ready","status":"True"}""" }));
    }

    [Test]
    public async Task Deleting_waits_for_the_grace_period_on_a_node_and_for_finalizers()
    {
        await using Api api = await Api.StartAsync();
        JsonObject pod = Api.Pod("a");
        pod["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        JsonObject made = await api.CreateAsync(Api.Pods, pod);
        await api.BindAsync("a", "n1");
        JsonObject wrong = await api.SendAsync(HttpMethod.Delete, Api.Pods + "/a", Api.Read("""{"preconditions":{"uid":"other"}}"""), HttpStatusCode.Conflict);
        Assert.That((string?)wrong["message"], Does.Contain("Precondition failed: UID in precondition: other, UID in object meta: " + made["metadata"]!["uid"]));
        JsonObject marked = await api.DeleteAsync(Api.Pods + "/a");
        Assert.That((int?)marked["metadata"]!["deletionGracePeriodSeconds"], Is.EqualTo(30));
        await api.DeleteAsync(Api.Pods + "/a", Api.Read("""{"gracePeriodSeconds":0}"""));
        Assert.That((int?)(await api.GetAsync(Api.Pods + "/a"))["metadata"]!["deletionGracePeriodSeconds"], Is.Zero, "the finalizer holds it");
        await api.PatchAsync(Api.Pods + "/a", Merge, """{"metadata":{"finalizers":null}}""");
        await api.SendAsync(HttpMethod.Get, Api.Pods + "/a", null, HttpStatusCode.NotFound);
    }

    [Test]
    public async Task Leases_are_written_only_over_the_version_that_was_read()
    {
        await using Api api = await Api.StartAsync();
        const string leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
        JsonObject lease = await api.CreateAsync(leases, Api.Read("""{"metadata":{"name":"s"},"spec":{"holderIdentity":"one","leaseDurationSeconds":15}}"""));
        JsonObject second = lease.DeepClone().AsObject();
        lease["spec"]!["holderIdentity"] = "two";
        await api.PutAsync(leases + "/s", lease);
        second["spec"]!["holderIdentity"] = "three";
        await api.SendAsync(HttpMethod.Put, leases + "/s", second, HttpStatusCode.Conflict);
        second["metadata"]!.AsObject().Remove("resourceVersion");
        JsonObject status = await api.SendAsync(HttpMethod.Put, leases + "/s", second, HttpStatusCode.UnprocessableEntity);
        Assert.That((string?)status["message"], Does.Contain("metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"));
    }

    [Test]
    public async Task A_dry_run_changes_nothing()
    {
        await using Api api = await Api.StartAsync();
        long version = api.Server.Cluster.Version;
        JsonObject pod = await api.CreateAsync(Api.Pods + "?dryRun=All", Api.Pod("a"));
        Assert.That((string?)pod["spec"]!["restartPolicy"], Is.EqualTo("Always"));
        Assert.That(api.Server.Cluster.Version, Is.EqualTo(version));
        await api.SendAsync(HttpMethod.Get, Api.Pods + "/a", null, HttpStatusCode.NotFound);
    }

    [Test]
    public async Task A_seed_makes_the_same_uids()
    {
        await using Api one = await Api.StartAsync(new EmulatorOptions { Seed = 7 }), two = await Api.StartAsync(new EmulatorOptions { Seed = 7 }), other = await Api.StartAsync(new EmulatorOptions { Seed = 8 });
        JsonObject generated = Api.Read("""{"metadata":{"generateName":"job-"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        JsonObject[] made = [await one.CreateAsync(Api.Pods, generated), await two.CreateAsync(Api.Pods, generated), await other.CreateAsync(Api.Pods, generated)];
        string[] names = [.. made.Select(pod => $"{pod["metadata"]!["name"]} {pod["metadata"]!["uid"]}")];
        Assert.That(names[0], Is.EqualTo(names[1]).And.Not.EqualTo(names[2]).And.Match("^job-[a-z0-9]{5} "));
    }
}
