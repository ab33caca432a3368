using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Between the version of a kind that a request speaks and the one that is stored: the fields are the same but for names.</summary>
internal static class Conversion
{
    public static JsonObject FromStorage(ResourceDefinition resource, JsonObject stored)
    {
        if (ReferenceEquals(resource, resource.Storage)) return stored;
        foreach ((string here, string there) in resource.Renames) Rename(stored, there, here);
        stored["apiVersion"] = resource.ApiVersion;
        return stored;
    }

    public static JsonObject ToStorage(ResourceDefinition resource, JsonObject document)
    {
        if (ReferenceEquals(resource, resource.Storage)) return document;
        foreach ((string here, string there) in resource.Renames) Rename(document, here, there);
        document["apiVersion"] = resource.Storage.ApiVersion;
        return document;
    }

    private static void Rename(JsonObject document, string from, string to)
    {
        if (!document.Remove(from, out JsonNode? value)) return;
        document[to] = value;
    }
}
