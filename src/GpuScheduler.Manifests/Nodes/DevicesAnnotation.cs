using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Our own list of a node's devices (<see cref="ManifestKeys.Devices"/>), read strictly.</summary>
internal static class DevicesAnnotation
{
    /// <summary>The shape, or null and errors.</summary>
    public static DeviceShape? Read(NodeFacts facts, ShapeCatalog shapes, ConfigurationErrors errors) => AnnotationDocument.Read(
        facts.Annotations[ManifestKeys.Devices], facts.Place("annotations", ManifestKeys.Devices), errors,
        (document, within) => DeviceShapeReader.Read(document, shapes, within));
}
