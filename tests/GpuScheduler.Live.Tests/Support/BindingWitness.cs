using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GpuScheduler.Kubernetes;

namespace GpuScheduler.Live.Tests;

/// <summary>
/// Sees every state of a namespace's pods, one after the other, past the faults that its schedulers meet: in none may a device be over, and no pod may ever
/// show two nodes or two sets of devices.
/// </summary>
internal sealed class BindingWitness : IAsyncDisposable
{
    private readonly ApiConnection _connection;
    private readonly string _path;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, JsonObject> _pods = [];
    private readonly Dictionary<string, string> _bindings = [];
    private readonly List<string> _wrong = [];
    private readonly Task _watching;

    public BindingWitness(ApiConnection connection, string space)
    {
        _connection = connection;
        _path = $"api/v1/namespaces/{space}/pods";
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Ends it, and gives how many pods it saw bound; what it saw go wrong is thrown.</summary>
    public async Task<int> EndAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        Assert.That(_wrong, Is.Empty);
        return _bindings.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _connection.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                string version = await ListAsync();
                while (version.Length > 0)
                {
                    version = await FollowAsync(version);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It has seen enough.
        }
    }

    private async Task<string> ListAsync()
    {
        JsonNode list = JsonNode.Parse(await _connection.Client.GetStringAsync(_path, _stop.Token))!;
        _pods.Clear();
        foreach (JsonNode? pod in list["items"]!.AsArray())
        {
            See(pod!.AsObject());
        }

        return (string)list["metadata"]!["resourceVersion"]!;
    }

    /// <summary>The version that it got to; empty where the server does not know it any more.</summary>
    private async Task<string> FollowAsync(string version)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"{_path}?watch=true&resourceVersion={version}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using HttpResponseMessage response = await _connection.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
        if (!response.IsSuccessStatusCode)
        {
            return "";
        }

        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(_stop.Token));
        while (await lines.ReadLineAsync(_stop.Token) is { } line)
        {
            JsonNode change = JsonNode.Parse(line)!;
            JsonObject pod = change["object"]!.AsObject();
            switch ((string)change["type"]!)
            {
                case "ERROR":
                    return "";
                case "DELETED":
                    _pods.Remove((string)pod["metadata"]!["uid"]!);
                    break;
                default:
                    See(pod);
                    break;
            }

            version = (string)pod["metadata"]!["resourceVersion"]!;
        }

        return version;
    }

    private void See(JsonObject pod)
    {
        string uid = (string)pod["metadata"]!["uid"]!;
        _pods[uid] = pod;
        string binding = string.Create(CultureInfo.InvariantCulture, $"{pod["spec"]!["nodeName"]} [{pod["metadata"]!["annotations"]?["gpuscheduler.dev/devices"]}]");
        if (pod["spec"]!["nodeName"] is null || !_bindings.TryAdd(uid, binding))
        {
            if (_bindings.TryGetValue(uid, out string? first) && first != binding)
            {
                _wrong.Add($"{pod["metadata"]!["name"]} was bound to {first}, then shows {binding}");
            }

            return;
        }

        _wrong.AddRange(DeviceLedger.Over(_pods.Values).Select(o => $"with {pod["metadata"]!["name"]} bound: {o}"));
    }
}
