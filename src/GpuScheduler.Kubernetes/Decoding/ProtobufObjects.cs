using GpuScheduler.Framework;

namespace GpuScheduler.Kubernetes;

/// <summary>Protobuf of one API object to a document.</summary>
internal sealed class ProtobufObjects(string resource, MessageShape shape, Utf8Strings strings)
{
    private readonly ProtobufDocuments _documents = new(resource, strings);

    /// <exception cref="ObjectDecodeException">The bytes are no such object.</exception>
    public MapNode Read(ReadOnlySpan<byte> message)
    {
        try
        {
            return _documents.Read(message, shape);
        }
        catch (ObjectDecodeException e) when (NameOf(message) is { } name)
        {
            throw new ObjectDecodeException($"{e.Message}, in {name}", e);
        }
    }

    /// <summary>Null where not even that can be read.</summary>
    private static string? NameOf(ReadOnlySpan<byte> message)
    {
        ObjectKey key = default;
        try
        {
            for (ProtobufWalker fields = new(message); fields.MoveNext();)
            {
                key = fields.Field == 1 ? NamesOf(fields.Bytes) : key;
            }
        }
        catch (InvalidDataException)
        {
            // What stands before the broken part may have named it.
        }

        return string.IsNullOrEmpty(key.Name) ? null : key.ToString();
    }

    private static ObjectKey NamesOf(ReadOnlySpan<byte> metadata)
    {
        (string space, string name) = ("", "");
        try
        {
            for (ProtobufWalker fields = new(metadata); fields.MoveNext();)
            {
                name = fields.Field == 1 ? Utf8Strings.Own(fields.Bytes) : name;
                space = fields.Field == 3 ? Utf8Strings.Own(fields.Bytes) : space;
            }
        }
        catch (InvalidDataException)
        {
            // As above.
        }

        return new ObjectKey(space, name);
    }
}
