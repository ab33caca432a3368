using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Defaults of a pod's spec (pkg/apis/core/v1/defaults.go and the DefaultTolerationSeconds admission).</summary>
internal static class PodDefaults
{
    public static void Apply(JsonObject spec)
    {
        spec.SetDefault("restartPolicy", "Always");
        if (spec.Get("terminationGracePeriodSeconds") is null) spec["terminationGracePeriodSeconds"] = 30;
        spec.SetDefault("dnsPolicy", "ClusterFirst");
        spec.SetDefault("schedulerName", "default-scheduler");
        if (spec.Get("securityContext") is null) spec["securityContext"] = new JsonObject();
        foreach (JsonObject container in spec.Get("containers").Items().Concat(spec.Get("initContainers").Items())) ApplyToContainer(container);
        if (spec.Get("serviceAccountName") is { } account) spec["serviceAccount"] = account.DeepClone();
    }

    /// <summary>Adds the two tolerations that let a pod stay 300 s on a node that is not ready or not reachable.</summary>
    public static void Tolerate(JsonObject spec)
    {
        foreach (string key in (ReadOnlySpan<string>)["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"])
        {
            if (spec.Get("tolerations").Items().Any(toleration => Covers(toleration, key))) continue;
            if (spec.Get("tolerations") is not JsonArray list) spec["tolerations"] = list = [];
            list.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
        }

        spec.SetDefault("serviceAccountName", "default");
        spec.SetDefault("serviceAccount", spec.Text("serviceAccountName"));
        if (spec.Get("enableServiceLinks") is null) spec["enableServiceLinks"] = true;
    }

    private static bool Covers(JsonObject toleration, string key)
        => (toleration.Text("key") == key || toleration.Text("key").Length == 0) && toleration.Text("effect") is "NoExecute" or "";

    private static void ApplyToContainer(JsonObject container)
    {
        container.SetDefault("terminationMessagePath", "/dev/termination-log");
        container.SetDefault("terminationMessagePolicy", "File");
        string image = container.Text("image");
        string tag = image[(image.LastIndexOf('/') + 1)..];
        bool latest = !tag.Contains('@', StringComparison.Ordinal) && (!tag.Contains(':', StringComparison.Ordinal) || tag.EndsWith(":latest", StringComparison.Ordinal));
        container.SetDefault("imagePullPolicy", latest ? "Always" : "IfNotPresent");
        if (container.Get("resources") is null) container["resources"] = new JsonObject();
        foreach (JsonObject port in container.Get("ports").Items()) port.SetDefault("protocol", "TCP");
        if (container.At("resources", "limits") is not JsonObject limits) return;
        JsonObject requests = container.Child("resources").Child("requests");
        foreach ((string resource, JsonNode? limit) in limits)
            if (!requests.ContainsKey(resource)) requests[resource] = limit?.DeepClone();
    }
}
