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
    private const int MaxBytes = 8 << 20;
    private const long FirstSecond = -62_135_596_800; // year 1
    private const long LastSecond = 253_402_300_799; // year 9999

    private static readonly PodScheduledCondition IsScheduled = new(true, "", "");

    private readonly ContentCache<Pod> _pods = new(MaxBytes);
    private readonly ContentCache<SharedLabels> _labels = new(MaxBytes);
    private readonly ContentCache<PodOwner> _owners = new(MaxBytes);
    private readonly KnownMessages _containers = new(ApiMessages.Container, MaxBytes);
    private readonly ContentKey _asked = new();
    private readonly ContentKey _labelled = new();
    private readonly ContentKey _owned = new();
    private bool _isTemplate;

    /// <summary>A pod like one that was learned; false: the reader has to read it.</summary>
    /// <exception cref="InvalidDataException">The bytes are no pod.</exception>
    public bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out PodObject? pod)
    {
        _asked.Clear();
        _labelled.Clear();
        _owned.Clear();
        PodFields fields = default;
        fields.Read(message, _asked, _labelled, _owned, _containers);
        pod = null;

        // What another scheduler gave a pod, and the claims that were made for it, are its own and of no other.
        _isTemplate = !fields.IsPlacedByHami && !fields.HasClaims;
        if (!_isTemplate || !fields.IsPlain || !_pods.TryGet(_asked.Bytes, out Pod? template) || !IsTime(fields.CreatedSeconds) || !IsTime(fields.DeletionSeconds) || !IsTime(fields.StartSeconds))
        {
            return false;
        }

        bool isTerminal = fields.Phase.SequenceEqual("Succeeded"u8) || fields.Phase.SequenceEqual("Failed"u8);
        DeviceSet devices = default;
        if (fields.HasDevices && !isTerminal && !fields.NodeName.IsEmpty && !TryReadDevices(fields.Devices, template.Spec.Devices, out devices))
        {
            return false;
        }

        SharedLabels shared = Shared(fields);
        ImmutableSortedDictionary<string, string> labels = fields.HasOwnLabels ? WithLabels(shared.Labels, fields.Metadata, areOwn: true) : shared.Labels;
        string schedulingGroup = strings.Shared(fields.SchedulingGroup);
        bool concernsGang = fields.ConcernsGang || shared.ConcernGang || schedulingGroup.Length > 0;
        GangMembership? gang = null;
        if (concernsGang && !PodGangs.TryRead(fields.Metadata, template.Namespace, labels, schedulingGroup, strings, out gang))
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
                Owner = Owner(fields.Metadata),
                SchedulingGroup = schedulingGroup,
                Volumes = fields.ClaimedVolumes > 0 ? PodVolumes.Read(fields.Spec, fields.ClaimedVolumes, strings) : [],
                DeletionTimestamp = Time(fields.DeletionSeconds),
                BoundNode = strings.Shared(fields.NodeName),
                NominatedNodeName = strings.Shared(fields.NominatedNodeName),
                BoundDevices = devices,
                IsTerminal = isTerminal,
                HasSucceeded = fields.Phase.SequenceEqual("Succeeded"u8),
            },
            ResourceVersion = Utf8Strings.Own(fields.ResourceVersion),
            Scheduled = fields.HasCondition ? Condition(fields) : null,
        };
        return true;
    }

    /// <summary>Remembers what the reader made of the pod that <see cref="TryRead"/> was last asked about.</summary>
    public void Learn(PodObject pod)
    {
        if (_isTemplate && pod.Problems.IsEmpty)
        {
            _pods.Set(_asked.Bytes, pod.Pod);
        }
    }

    /// <summary>Pods alike share them; what a pod has for itself is put into the shared set, with which it still shares most.</summary>
    private SharedLabels Shared(in PodFields fields)
    {
        if (_labelled.Bytes.IsEmpty)
        {
            return SharedLabels.None;
        }

        if (!_labels.TryGet(_labelled.Bytes, out SharedLabels? labels))
        {
            labels = SharedLabels.Of(WithLabels(LabelSet.Empty, fields.Metadata, areOwn: false));
            _labels.Set(_labelled.Bytes, labels);
        }

        return labels;
    }

    private ImmutableSortedDictionary<string, string> WithLabels(ImmutableSortedDictionary<string, string> labels, ReadOnlySpan<byte> metadata, bool areOwn)
    {
        for (ProtobufWalker fields = new(metadata); fields.MoveNext();)
        {
            if (fields.Field != 11)
            {
                continue;
            }

            ProtobufEntry label = ProtobufEntry.Of(fields.Bytes);
            if (PodKeys.IsOwnLabel(label.Key) == areOwn)
            {
                labels = labels.SetItem(strings.Shared(label.Key), strings.Shared(label.Value));
            }
        }

        return labels;
    }

    private PodOwner? Owner(ReadOnlySpan<byte> metadata)
    {
        if (_owned.Bytes.IsEmpty)
        {
            return null;
        }

        if (!_owners.TryGet(_owned.Bytes, out PodOwner? owner))
        {
            owner = ReadOwner(metadata);
            if (owner is not null)
            {
                _owners.Set(_owned.Bytes, owner);
            }
        }

        return owner;
    }

    private PodOwner? ReadOwner(ReadOnlySpan<byte> metadata)
    {
        for (ProtobufWalker fields = new(metadata); fields.MoveNext();)
        {
            if (fields.Field != 13)
            {
                continue;
            }

            (string kind, string name, string uid, bool isController) = ("", "", "", false);
            for (ProtobufWalker owner = new(fields.Bytes); owner.MoveNext();)
            {
                switch (owner.Field)
                {
                    case 1:
                        kind = strings.Shared(owner.Bytes);
                        break;
                    case 3:
                        name = strings.Shared(owner.Bytes);
                        break;
                    case 4:
                        uid = strings.Shared(owner.Bytes);
                        break;
                    case 6:
                        isController = owner.Number != 0;
                        break;
                }
            }

            if (isController)
            {
                return new PodOwner(kind, name, uid);
            }
        }

        return null;
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
