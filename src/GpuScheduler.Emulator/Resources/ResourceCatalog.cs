using System.Collections.Immutable;

namespace GpuScheduler.Emulator;

/// <summary>Every resource that is served: the built-in ones and those of CustomResourceDefinitions. Read without a lock, changed under the store's.</summary>
internal sealed class ResourceCatalog
{
    private volatile ImmutableList<ResourceDefinition> _all = [.. BuiltInResources.All];
    private volatile ImmutableDictionary<(string Group, string Version, string Plural), ResourceDefinition> _byPath
        = BuiltInResources.All.ToImmutableDictionary(resource => (resource.Group, resource.Version, resource.Plural));

    public ResourceDefinition Namespaces { get; } = BuiltInResources.All.Single(resource => resource is { Group: "", Plural: "namespaces" });

    public ResourceDefinition Pods { get; } = BuiltInResources.All.Single(resource => resource is { Group: "", Plural: "pods" });

    public ResourceDefinition PriorityClasses { get; } = BuiltInResources.All.Single(resource => resource.Plural == "priorityclasses");

    public ImmutableList<ResourceDefinition> All => _all;

    public ResourceDefinition? Find(string group, string version, string plural) => _byPath.GetValueOrDefault((group, version, plural));

    /// <summary>By what a document says of itself.</summary>
    public ResourceDefinition? FindKind(string apiVersion, string kind) => _all.FirstOrDefault(resource => resource.Kind == kind && resource.ApiVersion == apiVersion);

    /// <summary>By <c>plural</c> or <c>plural.group</c>; the stored version.</summary>
    public ResourceDefinition? FindName(string name)
        => _all.FirstOrDefault(resource => resource.QualifiedName == name && ReferenceEquals(resource.Storage, resource))
            ?? _all.FirstOrDefault(resource => resource.QualifiedName == name);

    /// <summary>Puts the versions of one resource in place of those it had.</summary>
    public void Replace(string group, string plural, IReadOnlyList<ResourceDefinition> versions)
    {
        _all = [.. _all.Where(resource => resource.Group != group || resource.Plural != plural), .. versions];
        _byPath = _all.ToImmutableDictionary(resource => (resource.Group, resource.Version, resource.Plural));
    }
}
