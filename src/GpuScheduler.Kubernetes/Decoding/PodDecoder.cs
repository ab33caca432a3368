using System.Collections.Immutable;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>Decodes pods.</summary>
public sealed class PodDecoder : IObjectDecoder<PodObject>
{
    public string Resource => "pods";

    public string ApiPath => "/api/v1/pods";

    public bool HasProtobuf => false;

    public PodObject DecodeProtobuf(ReadOnlySpan<byte> message) => throw new NotSupportedException("pods are read as JSON");

    public PodObject DecodeJson(ReadOnlySpan<byte> utf8)
    {
        MapNode document = JsonObjects.Parse(Resource, utf8);
        Pod pod = ApiObjectReader.ReadPod(document, out ImmutableArray<string> problems)
            ?? throw new ObjectDecodeException($"pods: {JsonObjects.Text(document, "metadata", "name")}: {string.Join("; ", problems)}");
        return new PodObject
        {
            Pod = pod,
            ResourceVersion = JsonObjects.Text(document, "metadata", "resourceVersion"),
            IsDeleting = JsonObjects.Text(document, "metadata", "deletionTimestamp").Length > 0,
            NominatedNodeName = JsonObjects.Text(document, "status", "nominatedNodeName"),
            Scheduled = ReadCondition(document),
            Problems = problems,
        };
    }

    public ObjectKey KeyOf(PodObject value) => new(value.Pod.Namespace, value.Pod.Name);

    public string ResourceVersionOf(PodObject value) => value.ResourceVersion;

    public string UidOf(PodObject value) => value.Pod.Uid;

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
