using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class CustomResourceTests
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Definition = """
        {"metadata":{"name":"gangs.gpu.io"},"spec":{"group":"gpu.io","scope":"Namespaced","names":{"plural":"gangs","kind":"Gang"},"versions":[
          {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}},"subresources":{"status":{}}},
          {"name":"v1beta1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}
        """;

    [Test]
    public async Task Every_served_version_shows_the_same_objects()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Definitions, Api.Read(Definition));
        await api.CreateAsync("/apis/gpu.io/v1beta1/namespaces/default/gangs", Api.Read("""{"metadata":{"name":"g"},"spec":{"members":4}}"""));
        JsonObject stored = await api.GetAsync("/apis/gpu.io/v1/namespaces/default/gangs/g");
        Assert.That(((string?)stored["apiVersion"], (int?)stored["spec"]!["members"]), Is.EqualTo(("gpu.io/v1", 4)));
        JsonObject list = await api.GetAsync("/apis/gpu.io/v1beta1/gangs");
        Assert.That(((string?)list["kind"], (string?)list["items"]![0]!["apiVersion"], (string?)list["items"]![0]!["kind"]), Is.EqualTo(("GangList", "gpu.io/v1beta1", "Gang")));
        Assert.That((string?)api.Server.Cluster.Get("gangs.gpu.io", "default", "g")!["apiVersion"], Is.EqualTo("gpu.io/v1"));
    }

    [Test]
    public async Task Deleting_the_definition_deletes_its_objects_and_ends_their_service()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Definitions, Api.Read(Definition));
        await api.CreateAsync("/apis/gpu.io/v1/namespaces/default/gangs", Api.Read("""{"metadata":{"name":"g"}}"""));
        using WatchReader watch = await api.WatchAsync("/apis/gpu.io/v1/gangs");
        await api.DeleteAsync(Definitions + "/gangs.gpu.io");
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("ADDED g"));
        Assert.That(await watch.NextTextAsync(), Is.EqualTo("DELETED g"));
        await api.SendAsync(HttpMethod.Get, "/apis/gpu.io/v1/gangs", null, HttpStatusCode.NotFound);
        await api.CreateAsync(Definitions, Api.Read(Definition));
        Assert.That((await api.GetAsync("/apis/gpu.io/v1/gangs"))["items"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task A_wrong_definition_is_told_all_that_is_wrong()
    {
        await using Api api = await Api.StartAsync();
        JsonObject status = await api.SendAsync(HttpMethod.Post, Definitions, Api.Read("""{"metadata":{"name":"x"},"spec":{"group":"g","scope":"World","names":{"plural":"xs","kind":"X"}}}"""), HttpStatusCode.UnprocessableEntity);
        Assert.That(status["details"]!["causes"]!.AsArray().Select(cause => (string?)cause!["field"]), Is.EqualTo(new[] { "metadata.name", "spec.scope", "spec.versions" }));
    }
}
