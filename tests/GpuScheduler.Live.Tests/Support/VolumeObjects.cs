using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace GpuScheduler.Live.Tests;

/// <summary>Volumes, claims and classes of a test, and what volume controller and provisioner do with them: none of the servers has either.</summary>
internal sealed class VolumeObjects(LiveCluster cluster) : IAsyncDisposable
{
    /// <summary>Label by which volumes name their node.</summary>
    private const string Disk = "live-disk";

    private const string BindCompleted = "pv.kubernetes.io/bind-completed", SelectedNode = "volume.kubernetes.io/selected-node";

    private readonly CancellationTokenSource _end = new();
    private Task _controller = Task.CompletedTask;

    /// <summary>Class of volumes that people made.</summary>
    public string Local => $"{cluster.Name}-local";

    /// <summary>Class of volumes that are made for pods.</summary>
    public string Made => $"{cluster.Name}-made";

    /// <summary>Both classes; claims are bound when their pod has a node.</summary>
    public async Task AddClassesAsync()
    {
        foreach ((string name, string provisioner) in (IEnumerable<(string, string)>)[(Local, "kubernetes.io/no-provisioner"), (Made, "live.example")])
        {
            await PostAsync("apis/storage.k8s.io/v1/storageclasses", $$"""{"metadata":{"name":"{{name}}"},"provisioner":"{{provisioner}}","volumeBindingMode":"WaitForFirstConsumer"}""");
        }
    }

    public async Task AddNodeAsync(string name)
    {
        await cluster.AddNodeAsync(name, 8);
        await cluster.PatchNodeAsync(name, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [Disk] = name } } }.ToJsonString());
    }

    /// <summary>A local volume of a node, which the controller is yet to see.</summary>
    public Task AddVolumeAsync(string name, string node, int gib = 10) => PostAsync("api/v1/persistentvolumes", Volume($"{cluster.Name}-{name}", Local, node, gib).ToJsonString());

    public Task AddClaimAsync(string name, string storageClass) => PostAsync($"api/v1/namespaces/{cluster.Name}/persistentvolumeclaims", $$"""
        {"metadata":{"name":"{{name}}"},
         "spec":{"storageClassName":"{{storageClass}}","accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"5Gi"} } } }
        """);

    public Task AddPodAsync(string name, string claim, Action<JsonObject>? change = null)
    {
        JsonObject pod = cluster.Pod(name, 1);
        pod["spec"]!["volumes"] = new JsonArray(new JsonObject { ["name"] = "data", ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } });
        change?.Invoke(pod);
        return cluster.AddPodAsync(pod);
    }

    public Task<JsonObject> ClaimAsync(string name) => GetAsync($"api/v1/namespaces/{cluster.Name}/persistentvolumeclaims/{name}");

    /// <summary>The volumes of this test, with the claim that each is for; empty: none.</summary>
    public async Task<IReadOnlyDictionary<string, string>> VolumesAsync() => (await ListAsync()).ToDictionary(
        v => ((string)v["metadata"]!["name"]!)[(cluster.Name.Length + 1)..], v => (string?)v["spec"]!["claimRef"]?["name"] ?? "");

    /// <summary>The node of the volume that a claim is bound to.</summary>
    public async Task<string> NodeOfAsync(string claim)
    {
        JsonObject bound = await ClaimAsync(claim);
        Assert.That((string?)bound["metadata"]!["annotations"]?[BindCompleted], Is.EqualTo("yes"), bound.ToJsonString());
        JsonObject volume = await GetAsync($"api/v1/persistentvolumes/{(string)bound["spec"]!["volumeName"]!}");
        return $"{cluster.Name}-{NodeOf(volume)}";
    }

    /// <summary>From now on claims are bound and volumes made, one look after another.</summary>
    public void StartController() => _controller = Task.Run(async () =>
    {
        while (!_end.IsCancellationRequested)
        {
            await ControlAsync();
            await Task.Delay(50);
        }
    });

    /// <summary>Marks new volumes as available, and no more.</summary>
    public async Task ShowVolumesAsync()
    {
        foreach (JsonObject volume in (await ListAsync()).Where(v => v["spec"]!["claimRef"] is null && (string?)v["status"]?["phase"] != "Available"))
        {
            await SetPhaseAsync(volume, "Available");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _controller;
        foreach (JsonObject volume in await ListAsync())
        {
            await cluster.SendAsync(HttpMethod.Patch, PathOf(volume), """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
            await cluster.SendAsync(HttpMethod.Delete, PathOf(volume));
        }

        _end.Dispose();
    }

    private async Task ControlAsync()
    {
        await ShowVolumesAsync();
        IReadOnlyList<JsonObject> volumes = await ListAsync();
        JsonObject claims = await GetAsync($"api/v1/namespaces/{cluster.Name}/persistentvolumeclaims");
        foreach (JsonObject claim in claims["items"]!.AsArray().Select(i => i!.AsObject()).Where(c => c["metadata"]!["annotations"]?[BindCompleted] is null))
        {
            string uid = (string)claim["metadata"]!["uid"]!, node = (string?)claim["metadata"]!["annotations"]?[SelectedNode] ?? "";
            JsonObject? volume = volumes.FirstOrDefault(v => (string?)v["spec"]!["claimRef"]?["uid"] == uid);
            if (volume is not null)
            {
                await BindAsync(claim, volume);
            }
            else if (node.Length > 0)
            {
                JsonObject made = Volume($"{cluster.Name}-made-{(string)claim["metadata"]!["name"]!}", Made, node[(cluster.Name.Length + 1)..], 5);
                made["spec"]!["claimRef"] = new JsonObject
                {
                    ["kind"] = "PersistentVolumeClaim",
                    ["namespace"] = cluster.Name,
                    ["name"] = (string)claim["metadata"]!["name"]!,
                    ["uid"] = uid,
                };
                await PostAsync("api/v1/persistentvolumes", made.ToJsonString());
            }
        }
    }

    private async Task BindAsync(JsonObject claim, JsonObject volume)
    {
        await SetPhaseAsync(volume, "Bound");
        string path = $"api/v1/namespaces/{cluster.Name}/persistentvolumeclaims/{(string)claim["metadata"]!["name"]!}";
        JsonObject bound = new()
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [BindCompleted] = "yes" } },
            ["spec"] = new JsonObject { ["volumeName"] = (string)volume["metadata"]!["name"]! },
        };
        (HttpStatusCode code, JsonObject answer) = await cluster.SendAsync(HttpMethod.Patch, path, bound.ToJsonString(), "application/merge-patch+json");
        Assert.That(code, Is.EqualTo(HttpStatusCode.OK), answer.ToJsonString());
        await cluster.SendAsync(HttpMethod.Patch, path + "/status", """{"status":{"phase":"Bound"}}""", "application/merge-patch+json");
    }

    private async Task SetPhaseAsync(JsonObject volume, string phase) => await cluster.SendAsync(
        HttpMethod.Patch, PathOf(volume) + "/status", new JsonObject { ["status"] = new JsonObject { ["phase"] = phase } }.ToJsonString(), "application/merge-patch+json");

    private static JsonObject Volume(string name, string storageClass, string node, int gib) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["storageClassName"] = storageClass,
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["capacity"] = new JsonObject { ["storage"] = $"{gib.ToString(CultureInfo.InvariantCulture)}Gi" },
            ["persistentVolumeReclaimPolicy"] = "Retain",
            ["hostPath"] = new JsonObject { ["path"] = "/data" },
            ["nodeAffinity"] = new JsonObject
            {
                ["required"] = new JsonObject
                {
                    ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                    {
                        ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = Disk, ["operator"] = "In", ["values"] = new JsonArray(node) }),
                    }),
                },
            },
        },
    };

    private static string NodeOf(JsonObject volume) =>
        (string)volume["spec"]!["nodeAffinity"]!["required"]!["nodeSelectorTerms"]![0]!["matchExpressions"]![0]!["values"]![0]!;

    private static string PathOf(JsonObject volume) => $"api/v1/persistentvolumes/{(string)volume["metadata"]!["name"]!}";

    private async Task<IReadOnlyList<JsonObject>> ListAsync() =>
        [.. (await GetAsync("api/v1/persistentvolumes"))["items"]!.AsArray().Select(i => i!.AsObject()).Where(v => ((string)v["metadata"]!["name"]!).StartsWith(cluster.Name, StringComparison.Ordinal))];

    private async Task<JsonObject> GetAsync(string path)
    {
        (HttpStatusCode code, JsonObject body) = await cluster.SendAsync(HttpMethod.Get, path);
        Assert.That(code, Is.EqualTo(HttpStatusCode.OK), body.ToJsonString());
        return body;
    }

    private async Task PostAsync(string path, string body)
    {
        (HttpStatusCode code, JsonObject answer) = await cluster.SendAsync(HttpMethod.Post, path, body);
        Assert.That(code, Is.EqualTo(HttpStatusCode.Created), answer.ToJsonString());
    }
}
