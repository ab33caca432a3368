using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace GpuScheduler.Emulator;

/// <summary>One resource of one API version: its names, its rules and where it is stored.</summary>
internal sealed class ResourceDefinition
{
    private readonly Lazy<byte[]> _prefix;

    public ResourceDefinition()
    {
        Storage = this;
        _prefix = new(() => Encoding.UTF8.GetBytes($"{{\"kind\":\"{Kind}\",\"apiVersion\":\"{ApiVersion}\""));
    }

    /// <summary>Empty for the core group.</summary>
    public required string Group { get; init; }

    public required string Version { get; init; }

    /// <summary>Such as <c>pods</c>.</summary>
    public required string Plural { get; init; }

    public required string Kind { get; init; }

    public string Singular => field ??= Kind.ToLowerInvariant();

    public bool Namespaced { get; init; } = true;

    public bool HasStatus { get; init; }

    /// <summary>Whether a change of the spec raises <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    public ImmutableArray<string> ShortNames { get; init; } = [];

    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>Subresources other than <c>status</c>.</summary>
    public ImmutableArray<Subresource> Subresources { get; init; } = [];

    /// <summary>What field selectors may name, beside metadata.name and metadata.namespace: a label and the path in the stored document.</summary>
    public ImmutableArray<(string Label, string Path)> SelectableFields { get; init; } = [];

    public ResourceStrategy Strategy { get; init; } = ResourceStrategy.Plain;

    public TableLayout Table { get; init; } = TableLayout.Plain;

    /// <summary>The definition whose documents are stored; another one where a kind is served in several versions.</summary>
    public ResourceDefinition Storage { get; init; }

    /// <summary>Fields at the top of the document that are called otherwise in <see cref="Storage"/>: (here, there).</summary>
    public ImmutableArray<(string Here, string Stored)> Renames { get; init; } = [];

    /// <summary>Whether it came from a CustomResourceDefinition: merge patches only, JSON only.</summary>
    public bool IsCustom { get; init; }

    /// <summary>The schema of a custom kind, for OpenAPI.</summary>
    public JsonElement? Schema { get; init; }

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>pods</c>, <c>leases.coordination.k8s.io</c>: unique among the stored resources.</summary>
    public string QualifiedName => field ??= Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    public string ListKind => Kind + "List";

    /// <summary><c>{"kind":…,"apiVersion":…</c>: every document of this definition is stored starting with it.</summary>
    public ReadOnlyMemory<byte> DocumentPrefix => _prefix.Value;
}
