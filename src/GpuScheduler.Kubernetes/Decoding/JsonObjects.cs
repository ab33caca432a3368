using System.Text;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>JSON of one API object to a document.</summary>
internal static class JsonObjects
{
    /// <exception cref="ObjectDecodeException">The bytes are no JSON object.</exception>
    public static MapNode Parse(string resource, ReadOnlySpan<byte> utf8)
    {
        ConfigurationErrors errors = [];
        var documents = DocumentParser.Parse(resource + ".json", utf8, DocumentOptions.ApiObjects, errors);
        return errors.Count == 0 && documents is [MapNode map]
            ? map
            : throw new ObjectDecodeException($"{resource}: {(errors.Count > 0 ? errors[0].ToString() : "not one JSON object")}: {Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 120)])}");
    }

    /// <summary>The text at a path of keys; empty where there is none.</summary>
    public static string Text(MapNode map, params ReadOnlySpan<string> path)
    {
        DocumentNode? at = map;
        foreach (string key in path)
        {
            at = (at as MapNode)?[key];
        }

        return at is ScalarNode { IsNull: false } scalar ? scalar.Text : "";
    }
}
