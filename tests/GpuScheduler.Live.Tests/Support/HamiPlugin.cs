using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>
/// What HAMi's device plugin does on a node when the kubelet asks it for devices (<c>pkg/device-plugin/nvidiadevice/nvinternal/plugin/server.go</c> of Project-HAMi/HAMi):
/// it finds the pod that the node's lock names, checks that it may have what its annotation says, notes that it has it, and gives the lock back.
/// </summary>
internal sealed class HamiPlugin : IAsyncDisposable
{
    private const string Lock = "hami.io/mutex.lock", ToAllocate = "hami.io/vgpu-devices-to-allocate", Phase = "hami.io/bind-phase";

    private readonly LiveCluster _cluster;
    private readonly string _node;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _served = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly Task _running;

    /// <param name="cluster">The test's cluster.</param>
    /// <param name="node">Name of the node, as the test gave it.</param>
    public HamiPlugin(LiveCluster cluster, string node)
    {
        (_cluster, _node) = (cluster, node);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Pods that got their devices, with these, in turn.</summary>
    public IReadOnlyCollection<string> Served => _served;

    /// <summary>What a real plugin would have stumbled over.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>True while the kubelet asks for nothing.</summary>
    public bool IsPaused { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
            foreach (JsonObject pod in IsPaused ? [] : await _cluster.PodsAsync())
            {
                // The kubelet asks for a pod that is bound to it and has no devices yet.
                if ((string?)pod["spec"]!["nodeName"] == $"{_cluster.Name}-{_node}" && (string?)pod["metadata"]!["annotations"]?[Phase] is null or "allocating")
                {
                    await AllocateAsync(pod);
                }
            }
        }
    }

    /// <summary>One request of the kubelet for the one container of a pod.</summary>
    private async Task AllocateAsync(JsonObject asked)
    {
        string name = (string)asked["metadata"]!["name"]!, node = $"{_cluster.Name}-{_node}";
        if (asked["spec"]!["nodeName"] is null || (string?)asked["metadata"]!["annotations"]?[Phase] != "allocating")
        {
            return;
        }

        (_, JsonObject seen) = await _cluster.SendAsync(HttpMethod.Get, $"api/v1/nodes/{node}");
        string[] held = ((string?)seen["metadata"]!["annotations"]?[Lock] ?? "").Split(',');
        if (held.Length != 3 || held[1] != _cluster.Name)
        {
            _faults.Enqueue($"{name} asks for devices while the lock is \"{string.Join(',', held)}\"");
            return;
        }

        // It is not told for which pod the kubelet asks: the lock alone says so.
        JsonObject current = await _cluster.PodAsync(held[2]);
        JsonNode annotations = current["metadata"]!["annotations"]!;
        string devices = (string?)annotations[ToAllocate] ?? "";
        string asks = (string)asked["spec"]!["containers"]![0]!["resources"]!["limits"]!["nvidia.com/gpu"]!;
        if (held[2] != name || devices.Count(c => c == ':').ToString(System.Globalization.CultureInfo.InvariantCulture) != asks || (string?)annotations["hami.io/vgpu-node"] != node
            || annotations["hami.io/bind-time"] is null || !devices.EndsWith(';'))
        {
            _faults.Enqueue($"{name} asks for {asks}, but the lock names {held[2]} with \"{devices}\"");
        }

        await _cluster.PatchPodAsync(held[2], $$$$"""{"metadata":{"annotations":{"{{{{ToAllocate}}}}":";","{{{{Phase}}}}":"success"}}}""");
        _served.Enqueue($"{held[2]} {devices}");
        (HttpStatusCode code, JsonObject body) = await _cluster.SendAsync(
            HttpMethod.Patch, $"api/v1/nodes/{node}", $$$$"""{"metadata":{"annotations":{"{{{{Lock}}}}":null}}}""", "application/merge-patch+json");
        Assert.That(code, Is.EqualTo(HttpStatusCode.OK), body.ToJsonString());
    }
}
