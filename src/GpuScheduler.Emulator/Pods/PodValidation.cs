using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GpuScheduler.Emulator;

/// <summary>The part of the API server's pod validation that keeps nonsense out of the store.</summary>
internal static partial class PodValidation
{
    public static void Check(JsonObject spec, List<FieldError> errors)
    {
        JsonObject[] containers = [.. spec.Get("containers").Items()];
        if (containers.Length == 0) errors.Add(FieldError.Required("spec.containers"));
        var names = new HashSet<string>();
        for (int index = 0; index < containers.Length; index++) CheckContainer(containers[index], $"spec.containers[{index}]", names, errors);
        JsonObject[] first = [.. spec.Get("initContainers").Items()];
        for (int index = 0; index < first.Length; index++) CheckContainer(first[index], $"spec.initContainers[{index}]", names, errors);
        if (spec.Text("restartPolicy") is not ("Always" or "OnFailure" or "Never") and var policy)
            errors.Add(FieldError.Unsupported("spec.restartPolicy", policy, "Always", "OnFailure", "Never"));
        if (spec.Text("nodeName") is { Length: > 0 } node && Names.Problem(node, NameRule.Subdomain) is { } problem)
            errors.Add(FieldError.Invalid("spec.nodeName", $"\"{node}\"", problem));
        if (spec.Text("schedulerName") is { Length: > 0 } scheduler && Names.Problem(scheduler, NameRule.Subdomain) is { } wrong)
            errors.Add(FieldError.Invalid("spec.schedulerName", $"\"{scheduler}\"", wrong));
        if (spec.Get("schedulingGates") is JsonArray { Count: > 0 } && spec.Text("nodeName").Length > 0)
            errors.Add(FieldError.Forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
    }

    private static void CheckContainer(JsonObject container, string field, HashSet<string> names, List<FieldError> errors)
    {
        string name = container.Text("name");
        if (name.Length == 0) errors.Add(FieldError.Required(field + ".name"));
        else if (Names.Problem(name, NameRule.Label) is { } problem) errors.Add(FieldError.Invalid(field + ".name", $"\"{name}\"", problem));
        else if (!names.Add(name)) errors.Add(FieldError.Duplicate(field + ".name", name));
        if (container.Text("image").Length == 0) errors.Add(FieldError.Required(field + ".image"));
        JsonNode? limits = container.At("resources", "limits"), requests = container.At("resources", "requests");
        CheckQuantities(limits, field + ".resources.limits", errors);
        CheckQuantities(requests, field + ".resources.requests", errors);
        if (requests is not JsonObject asked) return;
        foreach ((string resource, JsonNode? value) in asked)
        {
            // Only resources outside kubernetes.io cannot be overcommitted: their limit must equal the request.
            if (!resource.Contains('/', StringComparison.Ordinal)) continue;
            string limit = limits.Text(resource);
            if (limit.Length == 0) errors.Add(FieldError.Required($"{field}.resources.limits", $"Limit must be set for non overcommitable resources"));
            else if (limit != value.AsText()) errors.Add(FieldError.Invalid($"{field}.resources.requests", $"\"{value.AsText()}\"", $"must be equal to {resource} limit of {limit}"));
        }
    }

    private static void CheckQuantities(JsonNode? resources, string field, List<FieldError> errors)
    {
        if (resources is not JsonObject list) return;
        foreach ((string resource, JsonNode? value) in list)
        {
            string quantity = value.AsText();
            if (!Quantity().IsMatch(quantity))
                throw ApiError.BadRequest($"Pod in version \"v1\" cannot be handled as a Pod: {field}[{resource}]: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
            if (quantity.StartsWith('-')) errors.Add(FieldError.Invalid($"{field}[{resource}]", $"\"{quantity}\"", "must be greater than or equal to 0"));
            else if (resource.Contains('/', StringComparison.Ordinal) && !WholeNumber().IsMatch(quantity)) errors.Add(FieldError.Invalid($"{field}[{resource}]", $"\"{quantity}\"", "must be an integer"));
        }
    }

    [GeneratedRegex("^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(([KMGTPE]i)|[numkMGTPE]|[eE][-+]?[0-9]+)?\\z")]
    private static partial Regex Quantity();

    [GeneratedRegex("^[+]?[0-9]+([kMGTPE]|[KMGTPE]i|[eE][+]?[0-9]+)?\\z")]
    private static partial Regex WholeNumber();
}
