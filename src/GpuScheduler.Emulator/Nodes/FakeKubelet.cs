using System.Globalization;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>
/// Does what the kubelets of all nodes would do with pods, without running anything: a bound pod runs, for the time that its annotation <see cref="RunFor"/>
/// names or until it is deleted. Started again, it goes on with the pods that run.
/// </summary>
public sealed class FakeKubelet(EmulatedCluster cluster, PodEnd end, TimeProvider time)
{
    /// <summary>How long the pod runs, such as <c>30s</c>; without it the pod runs until it is deleted.</summary>
    public const string RunFor = "gpuscheduler.dev/run-for";

    private const string Resource = "pods";

    private const string Running = "Running";

    /// <summary>UIDs of the pods that were seen bound, until they are gone.</summary>
    private readonly HashSet<string> _known = [];

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var waiting = new List<Task>();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await foreach (ClusterChange change in cluster.Changes(Resource, cancellation).ConfigureAwait(false))
                {
                    if (See(change, cancellation) is { IsCompleted: false } task) waiting.Add(task);
                    if (waiting.Count > 0 && waiting[0].IsCompleted) waiting.RemoveAll(t => t.IsCompleted);
                }
            }
            catch (ApiStatusException expired) when (expired.Code == 410)
            {
                // It fell behind: everything is seen anew.
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                await Task.WhenAll(waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task See(ClusterChange change, CancellationToken cancellation)
    {
        JsonObject pod = change.ReadDocument();
        string uid = pod.Text("metadata", "uid");
        if (change.Kind == ChangeKind.Deleted)
        {
            _known.Remove(uid);
        }
        else if (pod.Text("spec", "nodeName").Length > 0)
        {
            // Its containers end at once when they are told to.
            if (pod.At("metadata", "deletionTimestamp") is not null) Remove(change, uid);
            else if (_known.Add(uid)) return StartAsync(change, pod, uid, cancellation);
        }

        return Task.CompletedTask;
    }

    private async Task StartAsync(ClusterChange change, JsonObject pod, string uid, CancellationToken cancellation)
    {
        if (pod.Text("status", "phase") is "Succeeded" or "Failed") return;
        string text = pod.At("metadata", "annotations").Text(RunFor);
        if (text.Length > 0 && !ShortTime.TryParse(text, out _))
        {
            SetPhase(change, uid, "Failed", "InvalidRunFor", $"the annotation {RunFor} \"{text}\" is no time: write one such as 30s or 10m");
            return;
        }

        DateTimeOffset started = time.GetUtcNow();
        if (pod.Text("status", "phase") == Running && DateTimeOffset.TryParse(pod.Text("status", "startTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset before))
            started = before;
        else
            SetPhase(change, uid, Running, "", "");
        if (!ShortTime.TryParse(text, out TimeSpan run)) return;
        TimeSpan left = started + run - time.GetUtcNow();
        if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellation).ConfigureAwait(false);
        if (end == PodEnd.IsDeleted) Remove(change, uid);
        else SetPhase(change, uid, "Succeeded", "", "");
    }

    private void Remove(ClusterChange change, string uid)
    {
        try
        {
            cluster.Delete(Resource, change.Namespace, change.Name, graceSeconds: 0, uid);
        }
        catch (ApiStatusException other) when (other.Code == 409)
        {
            // Another pod has its name by now.
        }
    }

    private void SetPhase(ClusterChange change, string uid, string phase, string reason, string message) => cluster.ChangeStatus(Resource, change.Namespace, change.Name, pod =>
    {
        if (pod.Text("metadata", "uid") != uid) return;
        string now = time.GetUtcNow().ToTimestamp();
        JsonObject status = pod.Child("status");
        status["phase"] = phase;
        status.SetDefault("startTime", now);
        if (reason.Length > 0) status["reason"] = reason;
        if (message.Length > 0) status["message"] = message;
        bool runs = phase == Running;
        foreach (string type in (ReadOnlySpan<string>)["Initialized", "ContainersReady", "Ready"]) SetCondition(status, type, runs || type == "Initialized", now);
        status["containerStatuses"] = new JsonArray([.. pod.At("spec", "containers").Items().Select(container => ContainerStatus(container, phase, status.Text("startTime"), now))]);
    });

    private static void SetCondition(JsonObject status, string type, bool isTrue, string now)
    {
        if (status.Get("conditions") is not JsonArray conditions) status["conditions"] = conditions = [];
        conditions.RemoveAll(known => known.Text("type") == type);
        conditions.Add(new JsonObject { ["type"] = type, ["status"] = isTrue ? "True" : "False", ["lastTransitionTime"] = now });
    }

    private static JsonObject ContainerStatus(JsonObject container, string phase, string started, string now) => new JsonObject
    {
        ["name"] = container.Text("name"),
        ["image"] = container.Text("image"),
        ["imageID"] = "",
        ["ready"] = phase == Running,
        ["restartCount"] = 0,
        ["state"] = phase == Running
            ? new JsonObject { ["running"] = new JsonObject { ["startedAt"] = started } }
            : new JsonObject
            {
                ["terminated"] = new JsonObject
                {
                    ["exitCode"] = phase == "Succeeded" ? 0 : 1,
                    ["reason"] = phase == "Succeeded" ? "Completed" : "Error",
                    ["startedAt"] = started,
                    ["finishedAt"] = now,
                },
            },
    };
}
