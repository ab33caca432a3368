using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes.Tests;

/// <summary>Volumes and claims behind the API server's rules for patches with a resource version, and pods that can be bound.</summary>
internal sealed class VolumeServer : HttpMessageHandler
{
    private readonly Dictionary<string, JsonObject> _objects = [];
    private readonly Queue<HttpStatusCode> _faults = [];
    private readonly Lock _gate = new();
    private int _version;

    public VolumeNews News { get; } = new();

    /// <summary>Answers of the server in place of those to the next patches; 0: the patch is carried out and its answer is lost.</summary>
    public IEnumerable<HttpStatusCode> PatchFaults
    {
        set
        {
            foreach (HttpStatusCode fault in value)
            {
                _faults.Enqueue(fault);
            }
        }
    }

    /// <summary>Told of each patch before it is carried out: somebody else may be quicker.</summary>
    public Action? OnPatch { get; set; }

    /// <summary>Told of each claim that is read, after that.</summary>
    public Action? OnClaimRead { get; set; }

    public HttpStatusCode BindingStatus { get; set; } = HttpStatusCode.Created;

    /// <summary>Names of the pods that were bound.</summary>
    public List<string> Bound { get; } = [];

    public int Reads { get; private set; }

    /// <summary>A client that nobody is told of.</summary>
    public static VolumeClient Client(HttpClient http, TimeProvider time) => new(http, new VolumeNews(), _ => { }, _ => { }, time, () => 0);

    /// <summary>The pod <c>p</c> on the node <c>n</c>; its claim <c>c</c> gets this volume, or one is made for it.</summary>
    public static BindRequest Request(string volume = "") => new("default", "p", "uid-1", "n", DeviceSet.Empty)
    {
        Volumes = [new ClaimVolume("c", "uid-c", volume, volume.Length == 0 ? "" : $"uid-{volume}")],
        VolumeTimeout = TimeSpan.FromSeconds(600),
    };

    public void AddClaim(string name) => Add(name, new JsonObject { ["spec"] = new JsonObject { ["storageClassName"] = "s" }, ["status"] = new JsonObject { ["phase"] = "Pending" } });

    public void AddVolume(string name, string zone = "") => Add(name, new JsonObject
    {
        ["spec"] = zone.Length == 0 ? new JsonObject() : JsonNode.Parse("""
            {"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["ZONE"]}]}]}}}
            """.Replace("ZONE", zone, StringComparison.Ordinal)),
        ["status"] = new JsonObject { ["phase"] = VolumeKeys.Available },
    });

    public JsonObject Object(string name) => _objects[name];

    public void Remove(string name)
    {
        lock (_gate)
        {
            _objects.Remove(name);
        }
    }

    /// <summary>What others do to an object; the watch shows it.</summary>
    public void Change(string name, Action<JsonObject> change)
    {
        lock (_gate)
        {
            change(_objects[name]);
            _objects[name]["metadata"]!["resourceVersion"] = $"{++_version}";
        }

        News.Tell(new ObjectKey("default", name));
    }

    /// <summary>The volume controller binds the claim to the volume.</summary>
    public void Bind(string claim, string volume)
    {
        Change(volume, v =>
        {
            v["spec"]!["claimRef"] ??= new JsonObject { ["namespace"] = "default", ["name"] = claim, ["uid"] = $"uid-{claim}" };
            v["status"]!["phase"] = VolumeKeys.Bound;
        });
        Change(claim, c =>
        {
            c["spec"]!["volumeName"] = volume;
            Annotations(c)[VolumeKeys.BindCompleted] = "yes";
        });
    }

    /// <summary>The claim that a volume is for, with its UID, and who says so; empty: none.</summary>
    public string ClaimOf(string volume)
    {
        JsonNode? claim = Object(volume)["spec"]!["claimRef"];
        string by = (string?)Object(volume)["metadata"]!["annotations"]?[VolumeKeys.BoundByController] ?? "";
        return claim is null ? by : $"{claim["namespace"]}/{claim["name"]} {claim["uid"]} {by}".TrimEnd();
    }

    public string SelectedNode(string claim) => (string?)Object(claim)["metadata"]!["annotations"]?[VolumeKeys.SelectedNode] ?? "";

    public static JsonObject Annotations(JsonObject of) => (JsonObject)(of["metadata"]!["annotations"] ??= new JsonObject());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        string[] path = request.RequestUri!.AbsolutePath.Split('/');
        return path[^1] == "binding" ? Binding(path[^2]) : request.Method == HttpMethod.Patch ? Patch(path[^1], body) : Get(path[^1], path[^2]);
    }

    private void Add(string name, JsonObject document)
    {
        document["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["uid"] = $"uid-{name}", ["resourceVersion"] = $"{++_version}" };
        _objects[name] = document;
    }

    private HttpResponseMessage Binding(string pod)
    {
        lock (_gate)
        {
            Bound.Add(pod);
        }

        return Json(BindingStatus, new JsonObject { ["message"] = "so it is" });
    }

    private HttpResponseMessage Get(string name, string resource)
    {
        HttpResponseMessage answer;
        lock (_gate)
        {
            Reads++;
            answer = _objects.TryGetValue(name, out JsonObject? known) ? Json(HttpStatusCode.OK, known) : NotFound();
        }

        if (resource == "persistentvolumeclaims")
        {
            OnClaimRead?.Invoke();
        }

        return answer;
    }

    private HttpResponseMessage Patch(string name, string body)
    {
        HttpStatusCode fault = _faults.TryDequeue(out HttpStatusCode next) ? next : HttpStatusCode.OK;
        if (fault is not (0 or HttpStatusCode.OK))
        {
            return Json(fault, new JsonObject { ["message"] = "a fault" });
        }

        OnPatch?.Invoke();
        lock (_gate)
        {
            if (!_objects.TryGetValue(name, out JsonObject? known))
            {
                return NotFound();
            }

            JsonObject patch = JsonNode.Parse(body)!.AsObject();
            if ((string?)patch["metadata"]!["resourceVersion"] != (string?)known["metadata"]!["resourceVersion"])
            {
                return Json(HttpStatusCode.Conflict, new JsonObject { ["message"] = "the object has been modified" });
            }

            Merge(known, patch);
            known["metadata"]!["resourceVersion"] = $"{++_version}";
            return fault == 0 ? throw new HttpRequestException(HttpRequestError.ResponseEnded, "reset") : Json(HttpStatusCode.OK, known);
        }
    }

    private static void Merge(JsonObject into, JsonObject patch)
    {
        foreach ((string key, JsonNode? value) in patch.ToArray())
        {
            if (value is null)
            {
                into.Remove(key);
            }
            else if (value is JsonObject map)
            {
                Merge((JsonObject)(into[key] ??= new JsonObject()), map);
            }
            else
            {
                into[key] = value.DeepClone();
            }
        }
    }

    private static HttpResponseMessage NotFound() => Json(HttpStatusCode.NotFound, new JsonObject { ["message"] = "no such object" });

    private static HttpResponseMessage Json(HttpStatusCode code, JsonObject body) =>
        new(code) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
}
