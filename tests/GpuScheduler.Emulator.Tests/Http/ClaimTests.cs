using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ClaimTests
{
    private const string Claims = "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";

    [Test]
    public async Task What_is_allocated_is_taken_away_before_it_is_another_and_is_reserved_only_while_it_is_there()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Claims, Api.Read("""{"metadata":{"name":"c"},"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"gpu"}}]}}}"""));
        JsonObject claim = await api.GetAsync(Claims + "/c");
        claim["status"] = new JsonObject { ["reservedFor"] = new JsonArray(User("u")) };
        await api.SendAsync(HttpMethod.Put, Claims + "/c/status", claim, HttpStatusCode.UnprocessableEntity);
        claim["status"]!["allocation"] = Allocation("gpu-0");
        claim = await api.PutAsync(Claims + "/c/status", claim);
        claim["status"]!["allocation"] = Allocation("gpu-1");
        await api.SendAsync(HttpMethod.Put, Claims + "/c/status", claim, HttpStatusCode.UnprocessableEntity);
        claim["status"]!["allocation"] = Allocation("gpu-0");
        claim["status"]!["reservedFor"]!.AsArray().Add(User("u"));
        await api.SendAsync(HttpMethod.Put, Claims + "/c/status", claim, HttpStatusCode.UnprocessableEntity);
        claim.Remove("status");
        claim = await api.PutAsync(Claims + "/c/status", claim);
        claim["status"] = new JsonObject { ["allocation"] = Allocation("gpu-1") };
        claim = await api.PutAsync(Claims + "/c/status", claim);
        claim["spec"]!["devices"]!["requests"]![0]!["name"] = "other";
        await api.SendAsync(HttpMethod.Put, Claims + "/c", claim, HttpStatusCode.UnprocessableEntity);
    }

    private static JsonObject User(string uid) => new() { ["resource"] = "pods", ["name"] = uid, ["uid"] = uid };

    private static JsonObject Allocation(string device) =>
        Api.Read($$$"""{"devices":{"results":[{"request":"r","driver":"gpu.nvidia.com","pool":"n","device":"{{{device}}}"}]} }""");
}
