using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ListTests
{
    private static string[] NamesOf(JsonObject list) => [.. list["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.GetValue<string>())];

    [Test]
    public async Task Pages_show_the_state_of_the_first_page()
    {
        await using Api api = await Api.StartAsync();
        foreach (string name in (string[])["a", "b", "c", "d", "e"]) await api.CreateAsync(Api.Pods, Api.Pod(name));
        JsonObject first = await api.GetAsync(Api.Pods + "?limit=2");
        Assert.That(NamesOf(first), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(first["metadata"]!["remainingItemCount"]!.GetValue<int>(), Is.EqualTo(3));
        await api.DeleteAsync(Api.Pods + "/c");
        await api.CreateAsync(Api.Pods, Api.Pod("c1"));
        await api.BindAsync("d", "n1");
        JsonObject second = await api.GetAsync($"{Api.Pods}?limit=2&continue={first["metadata"]!["continue"]}");
        JsonObject third = await api.GetAsync($"{Api.Pods}?limit=2&continue={second["metadata"]!["continue"]}");
        Assert.That(NamesOf(second), Is.EqualTo(new[] { "c", "d" }));
        Assert.That(second["items"]![1]!["spec"]!["nodeName"], Is.Null);
        Assert.That(NamesOf(third), Is.EqualTo(new[] { "e" }));
        Assert.That(third["metadata"]!["continue"], Is.Null);
        Assert.That((string?)third["metadata"]!["resourceVersion"], Is.EqualTo((string?)first["metadata"]!["resourceVersion"]));
        Assert.That(NamesOf(await api.GetAsync(Api.Pods)), Is.EqualTo(new[] { "a", "b", "c1", "d", "e" }));
    }

    [Test]
    public async Task An_expired_page_is_410_and_offers_a_token_to_go_on_from_the_newest_state()
    {
        await using Api api = await Api.StartAsync();
        foreach (string name in (string[])["a", "b", "c"]) await api.CreateAsync(Api.Pods, Api.Pod(name));
        JsonObject first = await api.GetAsync(Api.Pods + "?limit=1");
        await api.CreateAsync(Api.Pods, Api.Pod("aa"));
        api.Server.Cluster.ForgetHistory();
        JsonObject status = await api.SendAsync(HttpMethod.Get, $"{Api.Pods}?limit=1&continue={first["metadata"]!["continue"]}", null, HttpStatusCode.Gone);
        Assert.That((string?)status["reason"], Is.EqualTo("Expired"));
        Assert.That(NamesOf(await api.GetAsync($"{Api.Pods}?continue={status["metadata"]!["continue"]}")), Is.EqualTo(new[] { "aa", "b", "c" }));
    }

    [Test]
    public async Task An_exact_version_lists_the_past()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        long version = api.Server.Cluster.Version;
        await api.CreateAsync(Api.Pods, Api.Pod("b"));
        await api.DeleteAsync(Api.Pods + "/a");
        Assert.That(NamesOf(await api.GetAsync($"{Api.Pods}?resourceVersion={version}&resourceVersionMatch=Exact")), Is.EqualTo(new[] { "a" }));
        Assert.That(NamesOf(await api.GetAsync($"{Api.Pods}?resourceVersion={version}&resourceVersionMatch=NotOlderThan")), Is.EqualTo(new[] { "b" }));
        api.Server.Cluster.ForgetHistory();
        await api.SendAsync(HttpMethod.Get, $"{Api.Pods}?resourceVersion={version}&resourceVersionMatch=Exact", null, HttpStatusCode.Gone);
    }

    [TestCase("labelSelector=app%3Da", "a1 a2")]
    [TestCase("labelSelector=app!%3Da", "b1 none")]
    [TestCase("labelSelector=app", "a1 a2 b1")]
    [TestCase("labelSelector=!app", "none")]
    [TestCase("labelSelector=app in (a, b),tier notin (gold)", "a2 b1")]
    [TestCase("fieldSelector=metadata.name%3Db1", "b1")]
    [TestCase("fieldSelector=metadata.name!%3Db1,status.phase%3DPending", "a1 a2 none")]
    [TestCase("fieldSelector=spec.schedulerName%3Dgpu", "none")]
    [TestCase("limit=1&labelSelector=tier", "a1")]
    public async Task Selectors_choose(string query, string expected)
    {
        await using Api api = await Api.StartAsync();
        foreach ((string name, string labels) in new[] { ("a1", """{"app":"a","tier":"gold"}"""), ("a2", """{"app":"a"}"""), ("b1", """{"app":"b"}"""), ("none", "{}") })
        {
            JsonObject pod = Api.Pod(name);
            pod["metadata"]!["labels"] = JsonNode.Parse(labels);
            if (name == "none") pod["spec"]!["schedulerName"] = "gpu";
            await api.CreateAsync(Api.Pods, pod);
        }

        JsonObject list = await api.GetAsync($"{Api.Pods}?{query}");
        Assert.That(string.Join(' ', NamesOf(list)), Is.EqualTo(expected));
        Assert.That(list["metadata"]!["remainingItemCount"], Is.Null);
    }

    [TestCase("fieldSelector=spec.color%3Dred", "field label not supported: spec.color")]
    [TestCase("labelSelector=a b", "unable to parse requirement")]
    [TestCase("continue=%25%25", "continue key is not valid")]
    [TestCase("resourceVersion=abc", "invalid syntax")]
    public async Task A_query_that_makes_no_sense_is_a_bad_request(string query, string message)
    {
        await using Api api = await Api.StartAsync();
        JsonObject status = await api.SendAsync(HttpMethod.Get, $"{Api.Pods}?{query}", null, HttpStatusCode.BadRequest);
        Assert.That((string?)status["message"], Does.Contain(message));
    }

    [Test]
    public async Task Items_of_built_in_lists_carry_no_kind_as_with_the_api_server()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        JsonObject list = await api.GetAsync("/api/v1/pods");
        Assert.That((string?)list["kind"], Is.EqualTo("PodList"));
        Assert.That(list["items"]![0]!.AsObject().Select(field => field.Key), Is.EqualTo(new[] { "metadata", "spec", "status" }));
    }

    [Test]
    public async Task A_collection_is_deleted_by_its_selection()
    {
        await using Api api = await Api.StartAsync();
        foreach (string name in (string[])["a", "b"]) await api.CreateAsync(Api.Pods, Api.Pod(name));
        await api.DeleteAsync(Api.Pods + "?fieldSelector=metadata.name%3Da");
        Assert.That(NamesOf(await api.GetAsync(Api.Pods)), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task Events_of_either_version_are_the_same_objects()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync("/apis/events.k8s.io/v1/namespaces/default/events", Api.Read("""
            {"metadata":{"name":"e"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"s","reportingInstance":"s-0","action":"Binding","reason":"Scheduled","type":"Normal","note":"hello",
             "regarding":{"kind":"Pod","namespace":"default","name":"p","uid":"u"}}
            """));
        JsonObject core = await api.GetAsync("/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3Dp,involvedObject.uid%3Du");
        Assert.That((string?)core["items"]![0]!["message"], Is.EqualTo("hello"));
        Assert.That((string?)core["items"]![0]!["reportingComponent"], Is.EqualTo("s"));
        JsonObject events = await api.GetAsync("/apis/events.k8s.io/v1/events?fieldSelector=regarding.name%3Dp");
        Assert.That((string?)events["items"]![0]!["note"], Is.EqualTo("hello"));
        await api.PatchAsync("/apis/events.k8s.io/v1/namespaces/default/events/e", "application/merge-patch+json", """{"series":{"count":2,"lastObservedTime":"2026-01-01T00:00:01.000000Z"},"note":"again"}""");
        JsonObject after = await api.GetAsync("/api/v1/namespaces/default/events/e");
        Assert.That(((string?)after["message"], (int?)after["series"]!["count"]), Is.EqualTo(("again", 2)));
    }
}
