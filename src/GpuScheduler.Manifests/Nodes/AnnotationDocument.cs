using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>JSON within an annotation: errors in it are told at the annotation, with the path within.</summary>
internal static class AnnotationDocument
{
    /// <summary>Reads <paramref name="text"/> with <paramref name="read"/>; the default where it has errors.</summary>
    public static T? Read<T>(string text, DocumentNode annotation, ConfigurationErrors errors, Func<DocumentNode, ConfigurationErrors, T?> read)
        where T : class
    {
        ConfigurationErrors within = [];
        DocumentNode? document = DocumentParser.ParseOne("annotation.json", text, DocumentOptions.HandWritten, within);
        T? result = document is null ? null : read(document, within);
        foreach (ConfigurationError error in within)
        {
            string place = error.Path.Length > 0 ? $"at {error.Path}: " : "";
            errors.Add(annotation, place + error.Message.Replace("the file", "the annotation", StringComparison.Ordinal));
        }

        return within.Count > 0 ? null : result;
    }
}
