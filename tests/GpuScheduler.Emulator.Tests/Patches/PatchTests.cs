using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

/// <summary>Patches, on a ConfigMap for the forms without rules of their own and on Deployments for lists that merge.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PatchTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Deployment = """
        {"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[
          {"name":"one","image":"i1","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}],"args":["a","b"]},{"name":"two","image":"i2"}]}}}}
        """;

    [TestCase("""[{"op":"add","path":"/data/b","value":"2"}]""", """{"a":"1","b":"2"}""")]
    [TestCase("""[{"op":"replace","path":"/data/a","value":"2"}]""", """{"a":"2"}""")]
    [TestCase("""[{"op":"move","from":"/data/a","path":"/data/c"}]""", """{"c":"1"}""")]
    [TestCase("""[{"op":"copy","from":"/data/a","path":"/data/c~1~0d"}]""", """{"a":"1","c/~d":"1"}""")]
    [TestCase("""[{"op":"test","path":"/data/a","value":"1"},{"op":"remove","path":"/data/a"}]""", """{}""")]
    public async Task Json_patch(string patch, string expected)
    {
        await using Api api = await StartAsync();
        JsonObject map = await api.PatchAsync(Maps + "/m", "application/json-patch+json", patch);
        Assert.That(map["data"]!.ToJsonString(), Is.EqualTo(expected));
    }

    [TestCase("""[{"op":"test","path":"/data/a","value":"2"}]""")]
    [TestCase("""[{"op":"remove","path":"/data/z"}]""")]
    [TestCase("""[{"op":"add","path":"/none/z","value":1}]""")]
    public async Task A_json_patch_that_does_not_fit_changes_nothing(string patch)
    {
        await using Api api = await StartAsync();
        await api.PatchAsync(Maps + "/m", "application/json-patch+json", patch, HttpStatusCode.UnprocessableEntity);
        Assert.That((await api.GetAsync(Maps + "/m"))["data"]!.ToJsonString(), Is.EqualTo("""{"a":"1"}"""));
    }

    [Test]
    public async Task Merge_patch_removes_what_is_null()
    {
        await using Api api = await StartAsync();
        JsonObject map = await api.PatchAsync(Maps + "/m", "application/merge-patch+json", """{"data":{"a":null,"b":"2"}}""");
        Assert.That(map["data"]!.ToJsonString(), Is.EqualTo("""{"b":"2"}"""));
    }

    [TestCase("""{"name":"two","image":"i9"}""", "one:i1 two:i9")]
    [TestCase("""{"name":"three","image":"i3"}""", "one:i1 two:i2 three:i3")]
    [TestCase("""{"name":"one","$patch":"delete"}""", "two:i2")]
    [TestCase("""{"$patch":"replace"},{"name":"only","image":"i"}""", "only:i")]
    public async Task Strategic_merge_merges_containers_by_name(string item, string expected)
    {
        await using Api api = await StartAsync();
        JsonObject made = await PatchContainersAsync(api, $"\"containers\":[{item}]");
        Assert.That(Containers(made), Is.EqualTo(expected));
        Assert.That((int?)made["metadata"]!["generation"], Is.EqualTo(2));
    }

    [Test]
    public async Task Strategic_merge_orders_deletes_and_replaces_as_directed()
    {
        await using Api api = await StartAsync();
        JsonObject ordered = await PatchContainersAsync(api, """ "$setElementOrder/containers":[{"name":"two"},{"name":"zero"},{"name":"one"}],"containers":[{"name":"zero","image":"i0"}] """);
        Assert.That(Containers(ordered), Is.EqualTo("two:i2 zero:i0 one:i1"));
        JsonObject changed = await PatchContainersAsync(api, """ "containers":[{"name":"one","args":["c"],"env":[{"name":"X","$patch":"delete"},{"name":"Y","value":null,"valueFrom":{"fieldRef":{"fieldPath":"a"}}}]}] """);
        JsonNode one = changed["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Single(container => (string?)container!["name"] == "one")!;
        Assert.That(one["args"]!.ToJsonString(), Is.EqualTo("""["c"]"""));
        Assert.That(one["env"]!.ToJsonString(), Is.EqualTo("""[{"name":"Y","valueFrom":{"fieldRef":{"fieldPath":"a"}}}]"""));
        JsonObject retained = await PatchContainersAsync(api, """ "containers":[{"$retainKeys":["name","image"],"name":"two","image":"i5"}] """);
        JsonNode two = retained["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Single(container => (string?)container!["name"] == "two")!;
        Assert.That((string?)two["image"], Is.EqualTo("i5"));
        Assert.That(two["terminationMessagePath"], Is.Null);
    }

    [Test]
    public async Task Strategic_merge_adds_and_removes_finalizers_as_a_set()
    {
        await using Api api = await StartAsync();
        const string type = "application/strategic-merge-patch+json";
        await api.PatchAsync(Maps + "/m", type, """{"metadata":{"finalizers":["a/x","a/y"]}}""");
        JsonObject both = await api.PatchAsync(Maps + "/m", type, """{"metadata":{"finalizers":["a/y","a/z"]}}""");
        Assert.That(both["metadata"]!["finalizers"]!.ToJsonString(), Is.EqualTo("""["a/x","a/y","a/z"]"""));
        JsonObject fewer = await api.PatchAsync(Maps + "/m", type, """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a/y"]}}""");
        Assert.That(fewer["metadata"]!["finalizers"]!.ToJsonString(), Is.EqualTo("""["a/x","a/z"]"""));
    }

    [Test]
    public async Task Apply_owns_items_of_lists_and_removes_what_it_no_longer_names()
    {
        await using Api api = await StartAsync();
        const string path = Deployments + "/d?fieldManager=me", type = "application/apply-patch+yaml";
        static string Config(string containers) => $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"template":{"spec":{"containers":[{{{containers}}}]} } } }""";
        JsonObject first = await api.PatchAsync(path, type, Config("""{"name":"side","image":"s"},{"name":"two","args":["z"]}"""));
        Assert.That(Containers(first), Is.EqualTo("one:i1 two:i2 side:s"));
        Assert.That((string?)first["metadata"]!["managedFields"]![0]!["manager"], Is.EqualTo("me"));
        JsonObject second = await api.PatchAsync(path, type, Config("""{"name":"two"}"""));
        JsonNode two = second["spec"]!["template"]!["spec"]!["containers"]![1]!;
        Assert.That(two["args"], Is.Null);
        Assert.That((string?)two["image"], Is.EqualTo("i2"));
        await api.PatchAsync(Deployments + "/d", type, Config(""), HttpStatusCode.UnprocessableEntity);
    }

    [Test]
    public async Task An_unknown_form_of_patch_is_refused_with_those_that_are_known()
    {
        await using Api api = await StartAsync();
        JsonObject status = await api.PatchAsync(Maps + "/m", "text/plain", "x", HttpStatusCode.UnsupportedMediaType);
        Assert.That((string?)status["message"], Does.Contain("application/merge-patch+json"));
    }

    private static Task<JsonObject> PatchContainersAsync(Api api, string fields)
        => api.PatchAsync(Deployments + "/d", "application/strategic-merge-patch+json", $$$"""{"spec":{"template":{"spec":{ {{{fields}}} } } } }""");

    private static string Containers(JsonObject deployment)
        => string.Join(' ', deployment["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(container => $"{container!["name"]}:{container["image"]}"));

    private static async Task<Api> StartAsync()
    {
        Api api = await Api.StartAsync();
        await api.CreateAsync(Maps, Api.Read("""{"metadata":{"name":"m"},"data":{"a":"1"}}"""));
        await api.CreateAsync(Deployments, Api.Read(Deployment));
        return api;
    }
}
