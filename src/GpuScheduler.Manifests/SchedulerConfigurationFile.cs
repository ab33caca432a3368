using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>A <c>scheduler-config.yaml</c>.</summary>
public static class SchedulerConfigurationFile
{
    /// <summary>Reads a configuration from YAML or JSON.</summary>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="catalog">The plugins that it may name.</param>
    /// <returns>The configuration, or null and every error.</returns>
    public static (SchedulerConfiguration? Configuration, ConfigurationErrors Errors) Read(string name, string text, PluginCatalog catalog)
    {
        ConfigurationErrors errors = [];
        DocumentNode? document = DocumentParser.ParseOne(name, text, DocumentOptions.HandWritten, errors);
        return (document is null ? null : SchedulerConfigurationReader.Read(document, catalog, errors), errors);
    }
}
