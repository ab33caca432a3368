using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>One change of one object, in the order of the store.</summary>
public sealed class ClusterChange
{
    private readonly StoredObject _object;

    internal ClusterChange(ChangeKind kind, StoredObject stored)
    {
        Kind = kind;
        _object = stored;
    }

    public ChangeKind Kind { get; }

    /// <summary>Empty for cluster-scoped objects.</summary>
    public string Namespace => _object.Namespace;

    public string Name => _object.Name;

    /// <summary>The object as UTF-8 JSON; for a deletion its last state.</summary>
    public ReadOnlyMemory<byte> Json => _object.Json;

    /// <summary>Parses the object: a private copy, free to change.</summary>
    public JsonObject ReadDocument() => _object.ReadDocument();
}
