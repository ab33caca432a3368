using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using GpuScheduler.Emulator;

namespace GpuScheduler.Live.Tests;

/// <summary>What the scheduler relies on in an API server, asked of the emulator and of a real one alike, so that the emulator cannot drift from the truth.</summary>
[TestFixture(ServerKind.Emulator)]
[TestFixture(ServerKind.Real)]
public sealed class ContractTests(ServerKind kind)
{
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";

    /// <summary>Older API servers bind whatever pod has the name; 1.20 was seen to.</summary>
    private const int FirstThatChecksUids = 22;

    private LiveCluster _cluster = null!;

    private string Pods => $"api/v1/namespaces/{_cluster.Name}/pods";

    [SetUp]
    public async Task Make() => _cluster = await LiveCluster.MakeAsync(kind);

    [TearDown]
    public async Task Drop()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Test]
    public async Task A_binding_sets_the_node_copies_its_annotations_and_is_not_done_twice()
    {
        JsonObject pod = await _cluster.AddPodAsync("p", gpus: 1);
        string uid = Uid(pod);
        if (await _cluster.MinorVersionAsync() >= FirstThatChecksUids)
        {
            await RefusedAsync(409, "Conflict", HttpMethod.Post, $"{Pods}/p/binding", Binding("p", "00000000-0000-0000-0000-000000000000", "n"));
        }

        JsonObject status = await DoneAsync(201, HttpMethod.Post, $"{Pods}/p/binding", Binding("p", uid, "n"));
        Assert.That(((string?)status["kind"], (string?)status["status"]), Is.EqualTo(("Status", "Success")));
        pod = await _cluster.PodAsync("p");
        Assert.That((string?)pod["spec"]!["nodeName"], Is.EqualTo("n"));
        Assert.That((string?)pod["metadata"]!["annotations"]!["gpuscheduler.dev/devices"], Is.EqualTo("1"));
        Assert.That(Conditions(pod), Is.EqualTo(new[] { "PodScheduled True" }));
        JsonObject refusal = await RefusedAsync(409, "Conflict", HttpMethod.Post, $"{Pods}/p/binding", Binding("p", uid, "n"));
        Assert.That(
            (string?)refusal["message"],
            Is.EqualTo("Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n\""));
    }

    [Test]
    public async Task A_binding_of_a_pod_that_is_not_there_is_not_found()
    {
        JsonObject refusal = await RefusedAsync(404, "NotFound", HttpMethod.Post, $"{Pods}/p/binding", Binding("p", "", "n"));
        Assert.That((string?)refusal["message"], Is.EqualTo("pods \"p\" not found"));
    }

    [Test]
    public async Task A_binding_of_a_pod_that_is_being_deleted_is_a_conflict()
    {
        JsonObject pod = _cluster.Pod("p", gpus: 1);
        pod["metadata"]!["finalizers"] = new JsonArray("example.com/wait");
        string uid = Uid(await _cluster.AddPodAsync(pod));
        await DoneAsync(200, HttpMethod.Delete, $"{Pods}/p");
        JsonObject refusal = await RefusedAsync(409, "Conflict", HttpMethod.Post, $"{Pods}/p/binding", Binding("p", uid, "n"));
        await DoneAsync(200, HttpMethod.Patch, $"{Pods}/p", """{"metadata":{"finalizers":null}}""", Merge);
        Assert.That((string?)refusal["message"], Is.EqualTo("Operation cannot be fulfilled on pods/binding \"p\": pod p is being deleted, cannot be assigned to a host"));
        Assert.That(await _cluster.PodsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_binding_that_names_no_node_breaks()
    {
        string uid = Uid(await _cluster.AddPodAsync("p", gpus: 1));
        JsonObject refusal = await DoneAsync(500, HttpMethod.Post, $"{Pods}/p/binding", Binding("p", uid, ""));
        Assert.That(((string?)refusal["message"], (string?)refusal["reason"]), Is.EqualTo(("target.name: Required value", (string?)null)));
    }

    [Test]
    public async Task Pages_are_of_one_version_and_have_every_object_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 7).Select(i => _cluster.AddPodAsync($"p{i}")));
        List<string> names = [];
        HashSet<string> versions = [];
        string next = "";
        do
        {
            JsonObject page = await DoneAsync(200, HttpMethod.Get, $"{Pods}?limit=3&continue={Uri.EscapeDataString(next)}");
            JsonObject metadata = page["metadata"]!.AsObject();
            names.AddRange(page["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!));
            versions.Add((string)metadata["resourceVersion"]!);
            next = (string?)metadata["continue"] ?? "";
            Assert.That((int?)metadata["remainingItemCount"], Is.EqualTo(names.Count == 7 ? null : 7 - names.Count));
            await _cluster.AddPodAsync($"later{names.Count}");
        }
        while (next.Length > 0);
        Assert.That(names, Is.EqualTo(Enumerable.Range(0, 7).Select(i => $"p{i}")));
        Assert.That(versions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_page_of_a_version_that_is_forgotten_is_expired()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => _cluster.AddPodAsync($"p{i}")));
        JsonObject page = await DoneAsync(200, HttpMethod.Get, $"{Pods}?limit=2");
        await _cluster.AddPodAsync("later");
        await _cluster.ForgetHistoryAsync();
        await RefusedAsync(410, "Expired", HttpMethod.Get, $"{Pods}?limit=2&continue={Uri.EscapeDataString((string)page["metadata"]!["continue"]!)}");
    }

    [Test]
    public async Task A_watch_from_a_version_that_is_forgotten_says_expired_in_its_stream()
    {
        // Events are watched in the store itself; the caches of other kinds remember as long as the server runs.
        string path = $"apis/events.k8s.io/v1/namespaces/{_cluster.Name}/events";
        string version = (string)(await DoneAsync(201, HttpMethod.Post, path, Event("e1")))["metadata"]!["resourceVersion"]!;
        await DoneAsync(201, HttpMethod.Post, path, Event("e2"));
        await DoneAsync(201, HttpMethod.Post, path, Event("e3"));
        await _cluster.ForgetHistoryAsync();
        JsonObject last = (await WatchAsync($"{path}?watch=1&timeoutSeconds=3&resourceVersion={version}"))[^1];
        Assert.That(((string?)last["type"], (int?)last["object"]!["code"], (string?)last["object"]!["reason"]), Is.EqualTo(("ERROR", 410, "Expired")));
    }

    [Test]
    public async Task A_watch_goes_on_from_a_list_and_sees_each_change_once_in_order()
    {
        await _cluster.AddPodAsync("before");
        string version = await VersionAsync();
        string uid = Uid(await _cluster.AddPodAsync("p", gpus: 1));
        await DoneAsync(201, HttpMethod.Post, $"{Pods}/p/binding", Binding("p", uid, "n"));
        await _cluster.DeletePodAsync("p");
        await _cluster.AddPodAsync("p", gpus: 1);
        IReadOnlyList<JsonObject> events = await WatchAsync($"{Pods}?watch=1&timeoutSeconds=2&resourceVersion={version}");
        Assert.That(
            events.Select(e => $"{e["type"]} {e["object"]!["metadata"]!["name"]} {e["object"]!["spec"]!["nodeName"]} {Uid(e["object"]!) == uid}"),
            Is.EqualTo(new[] { "ADDED p  True", "MODIFIED p n True", "MODIFIED p n True", "DELETED p n True", "ADDED p  False" }));
        Assert.That((int?)events[2]["object"]!["metadata"]!["deletionGracePeriodSeconds"], Is.Zero, "it is marked before it is removed");
        Assert.That(
            events.Select(e => long.Parse((string)e["object"]!["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture)), Is.Ordered.And.Unique);
    }

    [Test]
    public async Task Bookmarks_bring_a_version_and_no_more_before_a_watch_ends()
    {
        string version = await VersionAsync();
        Task<IReadOnlyList<JsonObject>> watch = WatchAsync($"{Pods}?fieldSelector=metadata.name%3Dnobody&watch=1&allowWatchBookmarks=true&timeoutSeconds=4&resourceVersion={version}");
        for (int i = 0; !watch.IsCompleted; i++)
        {
            // kube-apiserver has no bookmark to give where nothing happened since the watch began.
            await _cluster.AddPodAsync($"other{i}");
            await Task.WhenAny(watch, Task.Delay(300));
        }

        IReadOnlyList<JsonObject> events = await watch;
        Assert.That(events, Is.Not.Empty);
        Assert.That(events.Select(e => (string?)e["type"]), Is.All.EqualTo("BOOKMARK"));
        JsonObject bookmark = events[^1]["object"]!.AsObject();
        Assert.That(((string?)bookmark["kind"], (string?)bookmark["apiVersion"], (string?)bookmark["metadata"]!["name"]), Is.EqualTo(("Pod", "v1", (string?)null)));
        Assert.That(
            long.Parse((string)bookmark["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture),
            Is.GreaterThan(long.Parse(version, CultureInfo.InvariantCulture)));
    }

    [Test]
    public async Task A_selector_of_fields_holds_in_lists_and_in_watches()
    {
        await _cluster.AddPodAsync("bound", gpus: 1);
        await _cluster.AddPodAsync("waits", gpus: 1);
        await _cluster.AddPodAsync(LiveObjects.Pod(_cluster.Name, "others", "somebody-else"));
        string version = await VersionAsync();
        await DoneAsync(201, HttpMethod.Post, $"{Pods}/bound/binding", Binding("bound", "", "n"));
        Assert.Multiple(async () =>
        {
            Assert.That(await NamesAsync("spec.nodeName=n"), Is.EqualTo(new[] { "bound" }));
            Assert.That(await NamesAsync("spec.nodeName="), Is.EqualTo(new[] { "others", "waits" }));
            Assert.That(await NamesAsync("spec.nodeName!="), Is.EqualTo(new[] { "bound" }));
            Assert.That(await NamesAsync($"spec.schedulerName={_cluster.Name}"), Is.EqualTo(new[] { "bound", "waits" }));
            Assert.That(await NamesAsync($"spec.schedulerName={_cluster.Name},spec.nodeName="), Is.EqualTo(new[] { "waits" }));
            Assert.That(await NamesAsync("metadata.name=waits"), Is.EqualTo(new[] { "waits" }));
            Assert.That(await NamesAsync("status.phase!=Pending"), Is.Empty);
        });
        await RefusedAsync(400, "BadRequest", HttpMethod.Get, $"{Pods}?fieldSelector={Uri.EscapeDataString("spec.priority=1")}");

        // Whoever leaves the selection is deleted from it.
        IReadOnlyList<JsonObject> events = await WatchAsync($"{Pods}?watch=1&timeoutSeconds=2&resourceVersion={version}&fieldSelector={Uri.EscapeDataString("spec.nodeName=")}");
        Assert.That(events.Select(e => $"{e["type"]} {e["object"]!["metadata"]!["name"]}"), Is.EqualTo(new[] { "DELETED bound" }));
    }

    [Test]
    public async Task An_update_from_an_old_version_is_a_conflict()
    {
        JsonObject pod = await _cluster.AddPodAsync("p");
        pod["metadata"]!["labels"] = new JsonObject { ["a"] = "1" };
        await DoneAsync(200, HttpMethod.Put, $"{Pods}/p", pod.ToJsonString());
        JsonObject refusal = await RefusedAsync(409, "Conflict", HttpMethod.Put, $"{Pods}/p", pod.ToJsonString());
        Assert.That(
            (string?)refusal["message"],
            Is.EqualTo("Operation cannot be fulfilled on pods \"p\": the object has been modified; please apply your changes to the latest version and try again"));
    }

    [Test]
    public async Task A_patch_of_the_status_merges_conditions_changes_the_status_alone_and_holds_for_the_version_that_it_names()
    {
        JsonObject pod = await _cluster.AddPodAsync("p");
        string version = (string)pod["metadata"]!["resourceVersion"]!;
        await DoneAsync(200, HttpMethod.Patch, $"{Pods}/p/status", """{"status":{"conditions":[{"type":"Ready","status":"False"}]}}""", Strategic);
        await RefusedAsync(409, "Conflict", HttpMethod.Patch, $"{Pods}/p/status", Patch(Uid(pod), version), Strategic);
        version = (string)(await _cluster.PodAsync("p"))["metadata"]!["resourceVersion"]!;
        await RefusedAsync(422, "Invalid", HttpMethod.Patch, $"{Pods}/p/status", Patch("00000000-0000-0000-0000-000000000000", version), Strategic);
        JsonObject patched = await DoneAsync(200, HttpMethod.Patch, $"{Pods}/p/status", Patch(Uid(pod), version), Strategic);
        Assert.That(Conditions(patched), Is.EquivalentTo(new[] { "Ready False", "PodScheduled False" }));
        Assert.That((string?)patched["spec"]!["schedulerName"], Is.EqualTo(_cluster.Name));

        patched = await DoneAsync(200, HttpMethod.Patch, $"{Pods}/p/status", """{"status":{"nominatedNodeName":"n"}}""", Merge);
        Assert.That((string?)patched["status"]!["nominatedNodeName"], Is.EqualTo("n"));
        Assert.That(Conditions(patched), Has.Length.EqualTo(2));

        static string Patch(string uid, string version) =>
            $$$"""{"metadata":{"uid":"{{{uid}}}","resourceVersion":"{{{version}}}"},"spec":{"schedulerName":"x"},"status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"m"}]}}""";
    }

    [Test]
    public async Task Events_have_a_series_that_a_patch_counts_up_and_are_checked()
    {
        string path = $"apis/events.k8s.io/v1/namespaces/{_cluster.Name}/events";
        await DoneAsync(201, HttpMethod.Post, path, Event("e"));
        JsonObject patched = await DoneAsync(200, HttpMethod.Patch, $"{path}/e", """{"series":{"count":2,"lastObservedTime":"2026-01-02T03:04:05.000006Z"}}""", Merge);
        Assert.That((int?)patched["series"]!["count"], Is.EqualTo(2));
        JsonObject core = await DoneAsync(200, HttpMethod.Get, $"api/v1/namespaces/{_cluster.Name}/events/e");
        Assert.That(((string?)core["message"], (string?)core["involvedObject"]!["name"], (int?)core["series"]!["count"]), Is.EqualTo(("because", "p", 2)));
        await RefusedAsync(422, "Invalid", HttpMethod.Post, path, Event("wrong").Replace("reportingController", "controller", StringComparison.Ordinal));
        await RefusedAsync(404, "NotFound", HttpMethod.Patch, $"{path}/gone", "{}", Merge);
    }

    [Test]
    public async Task Of_two_who_write_a_lease_one_is_refused()
    {
        string path = $"apis/coordination.k8s.io/v1/namespaces/{_cluster.Name}/leases";
        string lease = $$$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l","namespace":"{{{_cluster.Name}}}"},"spec":{"holderIdentity":"a","leaseDurationSeconds":15,"renewTime":"2026-01-02T03:04:05.000006Z"}}""";
        await RefusedAsync(404, "NotFound", HttpMethod.Get, $"{path}/l");
        JsonObject created = await DoneAsync(201, HttpMethod.Post, path, lease);
        await RefusedAsync(409, "AlreadyExists", HttpMethod.Post, path, lease);
        JsonObject renewed = await DoneAsync(200, HttpMethod.Put, $"{path}/l", created.ToJsonString().Replace("05.000006Z", "06.000006Z", StringComparison.Ordinal));
        Assert.That((string?)renewed["spec"]!["renewTime"], Is.EqualTo("2026-01-02T03:04:06.000006Z"));
        await RefusedAsync(409, "Conflict", HttpMethod.Put, $"{path}/l", created.ToJsonString().Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_deletion_holds_for_the_UID_that_it_names()
    {
        await _cluster.AddPodAsync("p");
        const string other = """{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0,"preconditions":{"uid":"00000000-0000-0000-0000-000000000000"}}""";
        await RefusedAsync(409, "Conflict", HttpMethod.Delete, $"{Pods}/p", other);
        await DoneAsync(200, HttpMethod.Delete, $"{Pods}/p", """{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0}""");
        await RefusedAsync(404, "NotFound", HttpMethod.Delete, $"{Pods}/p");
    }

    [Test]
    public async Task A_list_says_the_same_in_protobuf_as_in_JSON()
    {
        await _cluster.AddNodeAsync("a", 4);
        await _cluster.AddPodAsync("p", gpus: 1);
        JsonObject rich = _cluster.Pod("rich", fraction: "0.5");
        rich["spec"]!["tolerations"] = new JsonArray(new JsonObject { ["key"] = "k", ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
        rich["spec"]!["affinity"] = JsonNode.Parse(
            """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["a","b"]}]}]}}}""");
        await _cluster.AddPodAsync(rich);
        await DoneAsync(201, HttpMethod.Post, $"{Pods}/p/binding", Binding("p", "", $"{_cluster.Name}-a"));
        foreach (string path in new[] { Pods, $"api/v1/nodes?labelSelector=live-test%3D{_cluster.Name}" })
        {
            JsonObject json = await DoneAsync(200, HttpMethod.Get, path);
            byte[] protobuf = await _cluster.ProtobufAsync(path);
            JsonObject same = (JsonObject)JsonNode.Parse(ProtobufTranscoder.ToJson(protobuf))!;
            Assert.That(Plain(same)!.ToJsonString(), Is.EqualTo(Plain(json)!.ToJsonString()));
        }
    }

    private string Binding(string name, string uid, string node) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Binding",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = _cluster.Name, ["uid"] = uid, ["annotations"] = new JsonObject { ["gpuscheduler.dev/devices"] = "1" } },
        ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node },
    }.ToJsonString();

    private string Event(string name) => new JsonObject
    {
        ["apiVersion"] = "events.k8s.io/v1",
        ["kind"] = "Event",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = _cluster.Name },
        ["eventTime"] = "2026-01-02T03:04:04.000006Z",
        ["reportingController"] = "gpuscheduler",
        ["reportingInstance"] = "one",
        ["action"] = "Scheduling",
        ["reason"] = "FailedScheduling",
        ["regarding"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = "p", ["namespace"] = _cluster.Name, ["uid"] = "u" },
        ["note"] = "because",
        ["type"] = "Warning",
    }.ToJsonString();

    private async Task<string> VersionAsync() => (string)(await DoneAsync(200, HttpMethod.Get, Pods))["metadata"]!["resourceVersion"]!;

    private async Task<string[]> NamesAsync(string selector) =>
        [.. (await DoneAsync(200, HttpMethod.Get, $"{Pods}?fieldSelector={Uri.EscapeDataString(selector)}"))["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!)];

    private async Task<JsonObject> DoneAsync(int expected, HttpMethod method, string path, string? body = null, string mediaType = "application/json")
    {
        (HttpStatusCode code, JsonObject answer) = await _cluster.SendAsync(method, path, body, mediaType);
        Assert.That((int)code, Is.EqualTo(expected), $"{method} {path}: {answer.ToJsonString()}");
        return answer;
    }

    /// <summary>The Status that it is refused with.</summary>
    private async Task<JsonObject> RefusedAsync(int expected, string reason, HttpMethod method, string path, string? body = null, string mediaType = "application/json")
    {
        JsonObject status = await DoneAsync(expected, method, path, body, mediaType);
        Assert.That(
            ((string?)status["kind"], (string?)status["status"], (int?)status["code"], (string?)status["reason"]), Is.EqualTo(("Status", "Failure", expected, reason)),
            status.ToJsonString());
        return status;
    }

    private async Task<IReadOnlyList<JsonObject>> WatchAsync(string path) =>
        [.. (await _cluster.TextAsync(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!.AsObject())];

    private static string Uid(JsonNode item) => (string)item["metadata"]!["uid"]!;

    private static string[] Conditions(JsonObject pod) => [.. pod["status"]!["conditions"]!.AsArray().Select(c => $"{c!["type"]} {c["status"]}")];

    /// <summary>Keys in order, without what says nothing (Go writes some empty fields in the one form and not in the other) and what says who wrote what.</summary>
    private static JsonNode? Plain(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                JsonObject plain = [];
                foreach ((string key, JsonNode? value) in fields.OrderBy(f => f.Key, StringComparer.Ordinal))
                {
                    if (value is not null && key != "managedFields" && Plain(value) is { } kept)
                    {
                        plain[key] = kept;
                    }
                }

                return plain.Count == 0 ? null : plain;
            case JsonArray items:
                return items.Count == 0 ? null : new JsonArray([.. items.Select(Plain)]);
            case JsonValue value when value.TryGetValue(out string? text):
                return text.Length == 0 ? null : node.DeepClone();
            case JsonValue value when value.TryGetValue(out long number):
                return number == 0 ? null : node.DeepClone();
            default:
                return node?.DeepClone();
        }
    }
}
