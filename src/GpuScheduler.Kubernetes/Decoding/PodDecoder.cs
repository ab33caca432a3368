using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Decodes pods. All forms go through the one reader of the manifests, but only where it has not read the like before (<see cref="PodTemplates"/>).
/// </summary>
public sealed class PodDecoder : IObjectDecoder<PodObject>
{
    private readonly ProtobufObjects _objects;
    private readonly PodTemplates _templates;
    private readonly JsonMessages _json = new();

    public PodDecoder()
    {
        Utf8Strings strings = new();
        _objects = new ProtobufObjects(Resource, ApiMessages.Pod, strings);
        _templates = new PodTemplates(strings);
    }

    public string Resource => "pods";

    public string ApiPath => "/api/v1/pods";

    public bool HasProtobuf => true;

    public PodObject DecodeProtobuf(ReadOnlySpan<byte> message)
    {
        if (TryKnown(message, out bool isMessage) is { } known)
        {
            return known;
        }

        PodObject pod = FromDocument(_objects.Read(message));
        if (isMessage)
        {
            _templates.Learn(pod);
        }

        return pod;
    }

    public PodObject DecodeJson(ReadOnlySpan<byte> utf8)
    {
        bool isMessage = false;
        if (_json.TryWrite(utf8, ApiMessages.Pod, out ReadOnlySpan<byte> message) && TryKnown(message, out isMessage) is { } known)
        {
            return known;
        }

        PodObject pod = FromDocument(JsonObjects.Parse(Resource, utf8));
        if (isMessage)
        {
            _templates.Learn(pod);
        }

        return pod;
    }

    public ObjectKey KeyOf(PodObject value) => new(value.Pod.Namespace, value.Pod.Name);

    public string ResourceVersionOf(PodObject value) => value.ResourceVersion;

    public string UidOf(PodObject value) => value.Pod.Uid;

    /// <summary>Null: the reader of documents has to read it, and says where it is broken if it <paramref name="isMessage"/> not.</summary>
    private PodObject? TryKnown(ReadOnlySpan<byte> message, out bool isMessage)
    {
        try
        {
            isMessage = true;
            return _templates.TryRead(message, out PodObject? known) ? known : null;
        }
        catch (InvalidDataException)
        {
            isMessage = false;
            return null;
        }
    }

    private PodObject FromDocument(MapNode document)
    {
        Pod pod = ApiObjectReader.ReadPod(document, out ImmutableArray<string> problems)
            ?? throw new ObjectDecodeException($"{Resource}: {JsonObjects.Text(document, "metadata", "name")}: {string.Join("; ", problems)}");
        return new PodObject
        {
            Pod = pod,
            ResourceVersion = JsonObjects.Text(document, "metadata", "resourceVersion"),
            Scheduled = ReadCondition(document),
            Problems = problems,
        };
    }

    private static PodScheduledCondition? ReadCondition(MapNode document)
    {
        if ((document["status"] as MapNode)?["conditions"] is not ListNode conditions)
        {
            return null;
        }

        foreach (MapNode condition in conditions.Items.OfType<MapNode>())
        {
            if (JsonObjects.Text(condition, "type") == "PodScheduled")
            {
                return new PodScheduledCondition(
                    JsonObjects.Text(condition, "status") == "True", JsonObjects.Text(condition, "reason"), JsonObjects.Text(condition, "message"));
            }
        }

        return null;
    }
}
