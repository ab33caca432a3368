using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>What the API server's defaults and admission do to pods.</summary>
internal sealed class PodStrategy : ResourceStrategy
{
    public override bool ReturnsDeletedObject => true;

    public override void PrepareForCreate(JsonObject document, ObjectStore store)
    {
        JsonObject spec = document.Child("spec");
        PodDefaults.Apply(spec);
        PodDefaults.Tolerate(spec);
        PodPriority.Resolve(document, spec, store);
        var status = new JsonObject { ["phase"] = "Pending" };
        if (spec.Get("schedulingGates") is JsonArray { Count: > 0 })
        {
            status["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["reason"] = "SchedulingGated",
                ["message"] = "Scheduling is blocked due to non-empty scheduling gates",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = null,
            });
        }

        status["qosClass"] = PodQuality.Of(spec);
        document["status"] = status;
    }

    public override void PrepareForUpdate(JsonObject document, JsonObject old, ObjectStore store) => PodDefaults.Apply(document.Child("spec"));

    public override void Validate(JsonObject document, List<FieldError> errors) => PodValidation.Check(document.Child("spec"), errors);

    public override void ValidateUpdate(JsonObject document, JsonObject old, List<FieldError> errors) => PodUpdateValidation.Check(document, old, errors);

    public override bool MarksBeforeRemoval => true;

    public override long GracePeriod(JsonObject document, long? asked)
    {
        // As podStrategy.CheckGracefulDelete: nothing runs of a pod that no node has or that ended.
        if (document.Text("spec", "nodeName").Length == 0) return 0;
        if (document.Text("status", "phase") is "Failed" or "Succeeded") return 0;
        return Math.Max(0, asked ?? document.At("spec", "terminationGracePeriodSeconds").Number() ?? 30);
    }
}
