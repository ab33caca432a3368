using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator.Tests;

/// <summary>An emulator of its own for one test, and a client that speaks plain HTTP to it.</summary>
internal sealed class Api : IAsyncDisposable
{
    public const string Pods = "/api/v1/namespaces/default/pods";

    private Api(EmulatorServer server)
    {
        Server = server;
        Client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public EmulatorServer Server { get; }

    public HttpClient Client { get; }

    public static async Task<Api> StartAsync(EmulatorOptions? options = null) => new(await EmulatorServer.StartAsync(options ?? new EmulatorOptions()));

    public static JsonObject Pod(string name, string container = "main") => Read($$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{ "name":"{{name}}" },"spec":{"containers":[{"name":"{{container}}","image":"registry/train:1"}] } }
        """);

    public static JsonObject Node(string name) => Read($$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{name}}" } }""");

    public static JsonObject Read(string json) => JsonNode.Parse(json)!.AsObject();

    public Task<JsonObject> GetAsync(string path) => SendContentAsync(HttpMethod.Get, path, null, HttpStatusCode.OK);

    public Task<JsonObject> CreateAsync(string path, JsonObject document) => SendAsync(HttpMethod.Post, path, document, HttpStatusCode.Created);

    public Task<JsonObject> PutAsync(string path, JsonObject document) => SendAsync(HttpMethod.Put, path, document, HttpStatusCode.OK);

    public Task<JsonObject> DeleteAsync(string path, JsonObject? options = null) => SendAsync(HttpMethod.Delete, path, options, HttpStatusCode.OK);

    public Task<JsonObject> PatchAsync(string path, string type, string patch, HttpStatusCode expected = HttpStatusCode.OK)
        => SendContentAsync(HttpMethod.Patch, path, new StringContent(patch, Encoding.UTF8, type), expected);

    public Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body, HttpStatusCode expected)
        => SendContentAsync(method, path, body is null ? null : JsonContent.Create(body), expected);

    public Task<JsonObject> BindAsync(string pod, string node, HttpStatusCode expected = HttpStatusCode.Created, string uid = "", JsonObject? annotations = null)
    {
        var metadata = new JsonObject { ["name"] = pod };
        if (uid.Length > 0) metadata["uid"] = uid;
        if (annotations is not null) metadata["annotations"] = annotations;
        return SendAsync(HttpMethod.Post, $"{Pods}/{pod}/binding", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = metadata,
            ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node },
        }, expected);
    }

    public async Task<WatchReader> WatchAsync(string path, string query = "")
    {
        HttpResponseMessage answer = await Client.GetAsync($"{path}?watch=true&{query}", HttpCompletionOption.ResponseHeadersRead);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return new WatchReader(answer, await answer.Content.ReadAsStreamAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    private async Task<JsonObject> SendContentAsync(HttpMethod method, string path, HttpContent? content, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using HttpResponseMessage answer = await Client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(expected), text);
        return Read(text);
    }
}
