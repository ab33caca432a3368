using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>The refusals of the API server, in its words (k8s.io/apimachinery, pkg/api/errors).</summary>
internal static class ApiError
{
    public static ApiStatusException NotFound(ResourceDefinition resource, string name)
        => new(404, "NotFound", $"{resource.QualifiedName} \"{name}\" not found", Details(resource, name));

    public static ApiStatusException NoSuchPath()
        => new(404, "NotFound", "the server could not find the requested resource", new JsonObject());

    public static ApiStatusException AlreadyExists(ResourceDefinition resource, string name)
        => new(409, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists", Details(resource, name));

    public static ApiStatusException Conflict(ResourceDefinition resource, string name, string why)
        => new(409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedName} \"{name}\": {why}", Details(resource, name));

    public static ApiStatusException Modified(ResourceDefinition resource, string name)
        => Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiStatusException Forbidden(ResourceDefinition resource, string name, string why)
        => new(403, "Forbidden", $"{resource.QualifiedName} \"{name}\" is forbidden: {why}", Details(resource, name));

    public static ApiStatusException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiStatusException MethodNotAllowed()
        => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", new JsonObject());

    public static ApiStatusException UnsupportedMediaType(string message) => new(415, "UnsupportedMediaType", message);

    public static ApiStatusException Expired(string message, string continueToken = "")
        => new(410, "Expired", message, continueToken: continueToken);

    public static ApiStatusException TooOld(long asked, long oldest)
        => Expired($"too old resource version: {asked} ({oldest})");

    public static ApiStatusException TooLarge(long asked, long current)
        => new(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });

    public static ApiStatusException Internal(string message) => new(500, "InternalError", "Internal error occurred: " + message);

    public static ApiStatusException TooManyRequests(string message, JsonObject? details = null)
        => new(429, "TooManyRequests", message, details);

    public static ApiStatusException Invalid(ResourceDefinition resource, string name, IReadOnlyList<FieldError> errors)
    {
        string list = errors.Count == 1 ? errors[0].ToString() : $"[{string.Join(", ", errors)}]";
        var details = new JsonObject { ["name"] = name };
        if (resource.Group.Length > 0) details["group"] = resource.Group;
        details["kind"] = resource.Kind;
        details["causes"] = Causes(errors);
        string kind = resource.Group.Length == 0 ? resource.Kind : $"{resource.Kind}.{resource.Group}";
        return new(422, "Invalid", $"{kind} \"{name}\" is invalid: {list}", details);
    }

    public static JsonObject Details(ResourceDefinition resource, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0) details["name"] = name;
        if (resource.Group.Length > 0) details["group"] = resource.Group;
        details["kind"] = resource.Plural;
        return details;
    }

    public static JsonArray Causes(IEnumerable<FieldError> errors)
        => new([.. errors.Select(error => (JsonNode)new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Field })]);
}
