using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>The subresources of pods that act: binding and eviction.</summary>
internal sealed class PodActions(ObjectStore store, ObjectResponse response, IObjectTranscoder? transcoder)
{
    public async Task BindAsync(HttpContext context, ApiPath path)
    {
        JsonObject binding = await ReadAsync(context).ConfigureAwait(false);
        string name = path.Name.Length > 0 ? path.Name : binding.Text("metadata", "name");
        string named = binding.Text("metadata", "name"), kind = binding.Text("target", "kind"), node = binding.Text("target", "name");
        if (named != name) throw ApiError.BadRequest($"name in URL does not match name in Binding object");
        var errors = new List<FieldError>();
        if (kind is not ("" or "Node")) errors.Add(FieldError.Unsupported("target.kind", kind, "Node", "<empty>"));
        if (node.Length == 0) errors.Add(FieldError.Required("target.name"));
        else if (Names.Problem(node, NameRule.Subdomain) is { } problem) errors.Add(FieldError.Invalid("target.name", $"\"{node}\"", problem));
        if (errors.Count > 0) throw Invalid(errors);
        string uid = binding.Text("metadata", "uid"), version = binding.Text("metadata", "resourceVersion");
        var annotations = binding.At("metadata", "annotations") as JsonObject;
        store.Update(store.Catalog.Pods, path.Namespace, name, WritePart.Own, pod => Assign(pod, name, path.Namespace, uid, version, node, annotations), WriteHandler.IsDryRun(context));
        await response.WriteSuccessAsync(context, 201).ConfigureAwait(false);
    }

    public async Task EvictAsync(HttpContext context, ApiPath path)
    {
        JsonObject eviction = await ReadAsync(context).ConfigureAwait(false);
        JsonNode? options = eviction.Get("deleteOptions");
        StoredObject pod = store.Get(store.Catalog.Pods, path.Namespace, path.Name);
        CheckBudgets(path.Namespace, pod);
        store.Delete(store.Catalog.Pods, path.Namespace, path.Name, new DeleteRequest(
            options.Text("preconditions", "uid"), options.Text("preconditions", "resourceVersion"), options.Get("gracePeriodSeconds").Number(), WriteHandler.IsDryRun(context)), out _);
        await response.WriteSuccessAsync(context, 201).ConfigureAwait(false);
    }

    private JsonObject Assign(JsonObject pod, string name, string space, string uid, string version, string node, JsonObject? annotations)
    {
        JsonObject metadata = pod.Child("metadata"), spec = pod.Child("spec");
        CheckPrecondition("UID", uid, metadata.Text("uid"), name, space);
        CheckPrecondition("ResourceVersion", version, metadata.Text("resourceVersion"), name, space);
        if (metadata.Get("deletionTimestamp") is not null) throw Refuse(name, $"pod {name} is being deleted, cannot be assigned to a host");
        if (spec.Text("nodeName") is { Length: > 0 } assigned) throw Refuse(name, $"pod {name} is already assigned to node \"{assigned}\"");
        if (spec.Get("schedulingGates") is JsonArray { Count: > 0 }) throw Refuse(name, $"pod {name} has non-empty .spec.schedulingGates");
        spec["nodeName"] = node;
        if (annotations is not null)
        {
            JsonObject own = metadata.Child("annotations");
            foreach ((string key, JsonNode? value) in annotations) own[key] = value?.DeepClone();
        }

        JsonObject status = pod.Child("status");
        status.Remove("nominatedNodeName");
        SetScheduled(status);
        return pod;
    }

    private void SetScheduled(JsonObject status)
    {
        var condition = new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = store.Time.GetUtcNow().ToTimestamp() };
        if (status.Get("conditions") is not JsonArray conditions) status["conditions"] = conditions = [];
        int index = conditions.ToList().FindIndex(known => known.Text("type") == "PodScheduled");
        if (index < 0) conditions.Add(condition);
        else conditions[index] = condition;
    }

    private void CheckBudgets(string space, StoredObject pod)
    {
        ResourceDefinition budgets = store.Catalog.Find("policy", "v1", "poddisruptionbudgets")!;
        foreach (StoredObject stored in store.Snapshot(budgets).Table.In(space))
        {
            JsonObject budget = stored.ReadDocument();
            if (budget.At("spec", "selector") is not JsonObject selector || !LabelSelector.Of(selector).Matches(pod.Labels) || budget.At("status", "disruptionsAllowed").Number() is > 0) continue;
            throw ApiError.TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = $"The disruption budget {stored.Name} needs {budget.At("status", "desiredHealthy").Number() ?? 0} healthy pods and has {budget.At("status", "currentHealthy").Number() ?? 0} currently" }),
            });
        }
    }

    private static void CheckPrecondition(string what, string asked, string actual, string name, string space)
    {
        if (asked.Length == 0 || asked == actual) return;
        string why = $"StorageError: invalid object, Code: 4, Key: /registry/pods/{space}/{name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: {what} in precondition: {asked}, {what} in object meta: {actual}";
        throw new ApiStatusException(409, "Conflict", $"Operation cannot be fulfilled on pods \"{name}\": {why}", new JsonObject { ["name"] = name, ["kind"] = "pods" });
    }

    private static ApiStatusException Refuse(string name, string why)
        => new(409, "Conflict", $"Operation cannot be fulfilled on pods/binding \"{name}\": {why}", new JsonObject { ["name"] = name, ["kind"] = "pods/binding" });

    /// <summary>kube-apiserver gives what is wrong with a Binding back as it is, without making a Status of it: that is a 500.</summary>
    private static ApiStatusException Invalid(List<FieldError> errors)
        => new(500, "", errors.Count == 1 ? errors[0].ToString() : $"[{string.Join(", ", errors)}]");

    private async Task<JsonObject> ReadAsync(HttpContext context)
        => await RequestBody.ReadObjectAsync(context.Request, transcoder, context.RequestAborted).ConfigureAwait(false) ?? throw ApiError.BadRequest("the request has no body");
}
