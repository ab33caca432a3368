using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace GpuScheduler.Emulator.Tests;

/// <summary>Whatever clients send, they get a Status that blames them, and the cluster stays whole.</summary>
[TestFixture]
public sealed class NonsensePropertyTests
{
    private const string Pod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"x":"y"},"annotations":{"n":"m"},"finalizers":["a/b"],"managedFields":[{"manager":"me","operation":"Apply","fieldsV1":{"f:spec":{"f:x":{}}}}]},
         "spec":{"containers":[{"name":"c","image":"i","env":[{"name":"E","value":"1"}],"resources":{"limits":{"nvidia.com/gpu":"1"}}}],"tolerations":[{"key":"k"}],"schedulingGates":[{"name":"g"}]},
         "status":{"conditions":[{"type":"Ready","status":"True"}]}}
        """;

    private static readonly string[] Values = ["null", "1", "-1.5", "true", "\"\"", "\"text\"", "[]", "[null]", "[1,\"a\"]", "[[]]", "{}", "{\"name\":null}", "[{}]", "[{\"name\":[]}]", "{\"$patch\":\"replace\"}", "{\"$patch\":7}", "[{\"$patch\":\"delete\"}]"];

    private static readonly (string Method, string Path, string Type)[] Requests =
    [
        ("POST", Api.Pods, "application/json"), ("PUT", Api.Pods + "/a", "application/json"), ("PUT", Api.Pods + "/a/status", "application/json"),
        ("PATCH", Api.Pods + "/a", "application/merge-patch+json"), ("PATCH", Api.Pods + "/a", "application/strategic-merge-patch+json"), ("PATCH", Api.Pods + "/a/status", "application/strategic-merge-patch+json"),
        ("PATCH", Api.Pods + "/a?fieldManager=me&force=true", "application/apply-patch+yaml"), ("POST", Api.Pods + "/a/binding", "application/json"), ("DELETE", Api.Pods + "/none", "application/json"),
        ("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "application/json"), ("POST", "/api/v1/namespaces/default/events", "application/json"), ("POST", "/apis/apps/v1/namespaces/default/deployments", "application/json"),
    ];

    [Test]
    public async Task Nonsense_anywhere_in_a_request_is_no_fault_of_the_server()
    {
        await using Api api = await Api.StartAsync();
        await api.CreateAsync(Api.Pods, Api.Pod("a"));
        await Gen.Select(Gen.Int[0, Requests.Length - 1], Gen.Int[0, 200], Gen.Int[0, Values.Length - 1].Select(index => Values[index])).SampleAsync(async (which, place, value) =>
        {
            (string method, string path, string type) = Requests[which];
            JsonObject body = Api.Read(Pod);
            if (method == "POST")
            {
                body.Remove("apiVersion");
                body.Remove("kind");
            }

            Replace(body, place, value);
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type) };
            using HttpResponseMessage answer = await api.Client.SendAsync(request);
            string text = await answer.Content.ReadAsStringAsync();

            // Of a Binding without a target kube-apiserver itself makes a 500.
            bool isTrue = path.EndsWith("/binding", StringComparison.Ordinal) && text.Contains("\"message\":\"target.", StringComparison.Ordinal);
            if ((int)answer.StatusCode >= 500 && !isTrue) Assert.Fail($"{method} {path} {type}\n{body.ToJsonString()}\n{text}");
            await api.GetAsync("/api/v1/pods");
        }, iter: 1500, threads: 1);
        using var table = new HttpRequestMessage(HttpMethod.Get, "/api/v1/pods");
        table.Headers.Accept.ParseAdd("application/json;as=Table;v=v1;g=meta.k8s.io");
        using HttpResponseMessage shown = await api.Client.SendAsync(table);
        Assert.That((int)shown.StatusCode, Is.EqualTo(200), await shown.Content.ReadAsStringAsync());
    }

    /// <summary>Puts a value in the place of the n-th node, counted in depth-first order.</summary>
    private static void Replace(JsonObject body, int place, string value)
    {
        var places = new List<Action>();
        Collect(body, places, value);
        places[place % places.Count]();
    }

    private static void Collect(JsonNode? node, List<Action> places, string value)
    {
        if (node is JsonObject owner)
        {
            foreach (string key in owner.Select(field => field.Key).ToArray())
            {
                places.Add(() => owner[key] = JsonNode.Parse(value));
                Collect(owner[key], places, value);
            }
        }
        else if (node is JsonArray list)
        {
            for (int index = 0; index < list.Count; index++)
            {
                int at = index;
                places.Add(() => list[at] = JsonNode.Parse(value));
                Collect(list[at], places, value);
            }
        }
    }
}
