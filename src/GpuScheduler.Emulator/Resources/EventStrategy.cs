using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Events, stored as core/v1 and served as events.k8s.io/v1 too.</summary>
internal sealed class EventStrategy : ResourceStrategy
{
    public override bool CreatesOnUpdate => true;

    public override void Validate(JsonObject document, List<FieldError> errors)
    {
        string involved = document.Text("involvedObject", "namespace"), own = document.Text("metadata", "namespace");
        if (involved != own && !(involved.Length == 0 && own is "default" or "kube-system"))
            errors.Add(FieldError.Invalid("involvedObject.namespace", $"\"{involved}\"", "does not match event.namespace"));
        // An event with an eventTime is one of the new form (events.k8s.io) and is held to its rules.
        if (document.Text("eventTime").Length == 0) return;
        if (document.Text("reportingComponent").Length == 0) errors.Add(FieldError.Required("reportingController"));
        if (document.Text("reportingInstance").Length == 0) errors.Add(FieldError.Required("reportingInstance"));
        if (document.Text("action").Length == 0) errors.Add(FieldError.Required("action"));
        if (document.Text("reason").Length == 0) errors.Add(FieldError.Required("reason"));
        if (document.Text("message").Length > 1024) errors.Add(FieldError.Invalid("message", "\"\"", "can have at most 1024 characters"));
        if (document.Text("type") is not ("Normal" or "Warning") and var type) errors.Add(FieldError.Invalid("type", $"\"{type}\"", "has invalid value"));
    }
}
