using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>One version of one object, never changed: its JSON and what selectors ask of it.</summary>
internal sealed class StoredObject
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;
    private readonly string[] _fields;
    private byte[]? _protobuf;
    private StoredObject? _view;

    private StoredObject(ResourceDefinition resource, JsonObject document, long version, byte[] json)
    {
        Resource = resource;
        Version = version;
        Json = json;
        Namespace = document.Text("metadata", "namespace");
        Name = document.Text("metadata", "name");
        Uid = document.Text("metadata", "uid");
        Labels = document.At("metadata", "labels") is JsonObject { Count: > 0 } labels
            ? labels.ToDictionary(label => label.Key, label => label.Value.AsText())
            : None;
        ImmutableArray<(string Label, string Path)> selectable = resource.Storage.SelectableFields;
        _fields = new string[selectable.Length];
        for (int index = 0; index < _fields.Length; index++) _fields[index] = document.TextAt(selectable[index].Path);
    }

    public ResourceDefinition Resource { get; }

    public string Namespace { get; }

    public string Name { get; }

    public string Uid { get; }

    /// <summary>The resourceVersion.</summary>
    public long Version { get; }

    /// <summary>Starts with <see cref="ResourceDefinition.DocumentPrefix"/>.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>Writes <paramref name="version"/> into the document and freezes it.</summary>
    public static StoredObject Create(ResourceDefinition resource, JsonObject document, long version)
    {
        document.Child("metadata")["resourceVersion"] = version.ToText();
        return new StoredObject(resource, document, version, Serialize(resource, document));
    }

    public JsonObject ReadDocument() => JsonNode.Parse(Json.Span)!.AsObject();

    /// <summary>The value of a field that a selector may name.</summary>
    public string Field(int index) => _fields[index];

    /// <summary>The same object in another version of its API.</summary>
    public StoredObject As(ResourceDefinition resource)
    {
        if (ReferenceEquals(resource, Resource)) return this;
        if (_view is { } view && ReferenceEquals(view.Resource, resource)) return view;
        JsonObject document = Conversion.FromStorage(resource, ReadDocument());
        return _view = Create(resource, document, Version);
    }

    /// <summary>The same state as of a later resourceVersion: how a watch tells that an object left its selection.</summary>
    public StoredObject AtVersion(long version) => Create(Resource, ReadDocument(), version);

    /// <summary>The protobuf message, made once however many watches send it.</summary>
    public byte[] Protobuf(IObjectTranscoder transcoder)
    {
        if (_protobuf is { } known) return known;
        var buffer = new ArrayBufferWriter<byte>(Json.Length);
        if (!transcoder.TryEncode(Resource.ApiVersion, Resource.Kind, Json.Span, buffer))
            throw ApiError.Internal($"{Resource.QualifiedName} \"{Namespace}/{Name}\" has no protobuf form");
        return _protobuf = buffer.WrittenSpan.ToArray();
    }

    private static byte[] Serialize(ResourceDefinition resource, JsonObject document)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("kind", resource.Kind);
            writer.WriteString("apiVersion", resource.ApiVersion);
            foreach ((string key, JsonNode? value) in document)
            {
                if (key is "kind" or "apiVersion") continue;
                writer.WritePropertyName(key);
                if (value is null) writer.WriteNullValue();
                else value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
