using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using GpuScheduler.Cluster;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// Pods that differ in little from one read before, straight from their bytes: pods of one template share spec and labels, and nothing is read twice.
/// Whatever is new or odd is left to the reader.
/// </summary>
internal sealed class PodTemplates(Utf8Strings strings)
{
    private const int MaxCount = 1 << 14;
    private const int MaxKeyLength = 1 << 14;
    private const long FirstSecond = -62_135_596_800; // year 1
    private const long LastSecond = 253_402_300_799; // year 9999

    private static readonly PodScheduledCondition IsScheduled = new(true, "", "");

    private readonly ContentCache<Pod> _pods = new(MaxCount, MaxKeyLength);
    private readonly ContentCache<ImmutableSortedDictionary<string, string>> _labels = new(MaxCount, MaxKeyLength);
    private readonly ContentKey _asked = new();
    private readonly ContentKey _labelled = new();

    /// <summary>A pod like one that was learned; false: the reader has to read it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no pod.</exception>
    public bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out PodObject? pod)
    {
        _asked.Clear();
        _labelled.Clear();
        PodFields fields = default;
        fields.Read(message, _asked, _labelled);
        pod = null;
        if (!fields.IsPlain || !_pods.TryGet(_asked.Bytes, out Pod? template) || !IsTime(fields.CreatedSeconds) || !IsTime(fields.DeletionSeconds) || !IsTime(fields.StartSeconds))
        {
            return false;
        }

        bool isTerminal = fields.Phase.SequenceEqual("Succeeded"u8) || fields.Phase.SequenceEqual("Failed"u8);
        DeviceSet devices = default;
        if (fields.HasDevices && !isTerminal && !fields.NodeName.IsEmpty && !TryReadDevices(fields.Devices, template.Spec.Devices, out devices))
        {
            return false;
        }

        ImmutableSortedDictionary<string, string> labels = Labels(fields.Metadata);
        if (!PodGangs.TryRead(fields.Metadata, template.Namespace, labels, template.SchedulingGroup, strings, out GangMembership? gang))
        {
            return false;
        }

        pod = new PodObject
        {
            Pod = template with
            {
                Name = Utf8Strings.Own(fields.Name),
                Uid = Utf8Strings.Own(fields.Uid),
                Labels = labels,
                Gang = gang,
                Created = Time(fields.CreatedSeconds) ?? default,
                StartTime = Time(fields.StartSeconds),
                DeletionTimestamp = Time(fields.DeletionSeconds),
                BoundNode = strings.Shared(fields.NodeName),
                NominatedNodeName = strings.Shared(fields.NominatedNodeName),
                BoundDevices = devices,
                IsTerminal = isTerminal,
            },
            ResourceVersion = Utf8Strings.Own(fields.ResourceVersion),
            Scheduled = fields.HasCondition ? Condition(fields) : null,
        };
        return true;
    }

    /// <summary>Remembers what the reader made of the pod that <see cref="TryRead"/> was last asked about.</summary>
    public void Learn(PodObject pod)
    {
        if (pod.Problems.IsEmpty)
        {
            _pods.Set(_asked.Bytes, pod.Pod);
        }
    }

    private ImmutableSortedDictionary<string, string> Labels(ReadOnlySpan<byte> metadata)
    {
        if (_labelled.Bytes.IsEmpty)
        {
            return LabelSet.Empty;
        }

        if (!_labels.TryGet(_labelled.Bytes, out ImmutableSortedDictionary<string, string>? labels))
        {
            labels = ReadLabels(metadata);
            _labels.Set(_labelled.Bytes, labels);
        }

        return labels;
    }

    private ImmutableSortedDictionary<string, string> ReadLabels(ReadOnlySpan<byte> metadata)
    {
        ImmutableSortedDictionary<string, string>.Builder labels = LabelSet.Empty.ToBuilder();
        for (ProtobufWalker fields = new(metadata); fields.MoveNext();)
        {
            if (fields.Field != 11)
            {
                continue;
            }

            (string key, string value) = ("", "");
            for (ProtobufWalker entry = new(fields.Bytes); entry.MoveNext();)
            {
                key = entry.Field == 1 ? strings.Shared(entry.Bytes) : key;
                value = entry.Field == 2 ? strings.Shared(entry.Bytes) : value;
            }

            labels[key] = value;
        }

        return labels.ToImmutable();
    }

    private static bool IsTime(long? seconds) => seconds is null or (>= FirstSecond and <= LastSecond);

    private static DateTimeOffset? Time(long? seconds) => seconds is { } known ? DateTimeOffset.FromUnixTimeSeconds(known) : null;

    private PodScheduledCondition Condition(in PodFields fields)
    {
        bool isTrue = fields.ConditionStatus.SequenceEqual("True"u8);
        return isTrue && fields.ConditionReason.IsEmpty && fields.ConditionMessage.IsEmpty
            ? IsScheduled
            : new PodScheduledCondition(isTrue, strings.Shared(fields.ConditionReason), strings.Shared(fields.ConditionMessage));
    }

    /// <summary>Only a list that nothing is wrong with, such as <c>0,3</c>: what is wrong with others is the reader's to say.</summary>
    private static bool TryReadDevices(ReadOnlySpan<byte> text, DeviceRequest asked, out DeviceSet devices)
    {
        devices = default;
        foreach (Range part in text.Split((byte)','))
        {
            ReadOnlySpan<byte> index = text[part];
            if (!Utf8Parser.TryParse(index, out byte number, out int length) || length != index.Length || !char.IsAsciiDigit((char)index[0])
                || number >= Device.MaxPerNode || devices.Contains(number))
            {
                return false;
            }

            devices = devices.With(number);
        }

        return asked.IsNone || devices.Count == asked.Count;
    }
}
