using System.Runtime.CompilerServices;
using System.Text;
using GpuScheduler.Cluster;
using GpuScheduler.Manifests;

namespace GpuScheduler.Kubernetes;

/// <summary>
/// What differs between pods of one template, found in a pod's bytes; all else that anybody reads goes into three keys: what the pod asks, its labels, and its owner.
/// </summary>
internal ref struct PodFields
{
    private static readonly byte[] DevicesKey = Encoding.UTF8.GetBytes(ManifestKeys.Devices);
    private static readonly byte[] AllocatedKey = Encoding.UTF8.GetBytes(HamiKeys.Allocated);
    private int _metadatas;
    private int _specs;
    private int _statuses;
    private int _devices;
    private int _ownLabels;
    private bool _isAllocated;

    /// <summary>The whole <c>metadata</c>.</summary>
    public ReadOnlySpan<byte> Metadata { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Uid { get; private set; }

    public ReadOnlySpan<byte> ResourceVersion { get; private set; }

    public long? CreatedSeconds { get; private set; }

    public long? DeletionSeconds { get; private set; }

    public long? StartSeconds { get; private set; }

    /// <summary>The annotation <see cref="ManifestKeys.Devices"/>; <see cref="HasDevices"/> says whether there is one.</summary>
    public ReadOnlySpan<byte> Devices { get; private set; }

    /// <summary>Name of the PodGroup.</summary>
    public ReadOnlySpan<byte> SchedulingGroup { get; private set; }

    public ReadOnlySpan<byte> NodeName { get; private set; }

    public ReadOnlySpan<byte> Phase { get; private set; }

    public ReadOnlySpan<byte> NominatedNodeName { get; private set; }

    public bool HasCondition { get; private set; }

    public ReadOnlySpan<byte> ConditionStatus { get; private set; }

    public ReadOnlySpan<byte> ConditionReason { get; private set; }

    public ReadOnlySpan<byte> ConditionMessage { get; private set; }

    /// <summary>The whole <c>spec</c>.</summary>
    public ReadOnlySpan<byte> Spec { get; private set; }

    /// <summary>How many of its volumes are claims, which differ from pod to pod of one template and are in no key.</summary>
    public int ClaimedVolumes { get; private set; }

    public readonly bool HasDevices => _devices > 0;

    /// <summary>Claims were made for it, which are its own.</summary>
    public bool HasClaims { get; private set; }

    /// <summary>HAMi's scheduler gave it devices, which it states in its own way.</summary>
    public readonly bool IsPlacedByHami => _isAllocated && _devices == 0;

    /// <summary>It has labels that differ from pod to pod (<see cref="PodKeys.IsOwnLabel"/>), which are in no key.</summary>
    public readonly bool HasOwnLabels => _ownLabels > 0;

    /// <summary>An annotation, or a label that differs from pod to pod, may say which gang it is of; of its other labels the key tells.</summary>
    public bool ConcernsGang { get; private set; }

    /// <summary>It is as an API server writes pods, each part once; what is odd in any way is better read by the reader that can say what is wrong.</summary>
    public readonly bool IsPlain => _metadatas == 1 && _specs == 1 && _statuses == 1 && _devices <= 1 && !Name.IsEmpty && !Phase.IsEmpty;

    /// <exception cref="InvalidDataException">This is no message.</exception>
    public void Read(ReadOnlySpan<byte> pod, ContentKey asked, ContentKey labels, ContentKey owner, KnownMessages containers)
    {
        for (ProtobufWalker fields = new(pod); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    _metadatas++;
                    Metadata = fields.Bytes;
                    ReadMetadata(fields.Bytes, asked, labels, owner);
                    break;
                case 2:
                    _specs++;
                    Spec = fields.Bytes;
                    ReadSpec(fields.Bytes, asked, containers);
                    break;
                case 3:
                    _statuses++;
                    ReadStatus(fields.Bytes);
                    break;
            }
        }
    }

    // Not inlined: the compiler takes walkers into a method only as long as that is small.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadMetadata(ReadOnlySpan<byte> metadata, ContentKey asked, ContentKey labels, ContentKey owner)
    {
        for (ProtobufWalker fields = new(metadata); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    Name = fields.Bytes;
                    break;
                case 3:
                    asked.Add(fields);
                    break;
                case 5:
                    Uid = fields.Bytes;
                    break;
                case 6:
                    ResourceVersion = fields.Bytes;
                    break;
                case 8:
                    CreatedSeconds = Seconds(fields.Bytes);
                    break;
                case 9:
                    DeletionSeconds = Seconds(fields.Bytes);
                    break;
                case 11:
                    ReadLabel(fields, labels);
                    break;
                case 12:
                    ReadAnnotation(fields, asked);
                    break;
                case 13:
                    owner.AddRead(fields, ApiMessages.Owner);
                    break;
            }
        }
    }

    private void ReadLabel(in ProtobufWalker label, ContentKey labels)
    {
        ReadOnlySpan<byte> key = ProtobufEntry.Of(label.Bytes).Key;
        if (PodKeys.IsOwnLabel(key))
        {
            _ownLabels++;
            ConcernsGang |= GangMemberships.Concerns(key);
        }
        else
        {
            labels.Add(label);
        }
    }

    private void ReadAnnotation(in ProtobufWalker annotation, ContentKey asked)
    {
        ProtobufEntry entry = ProtobufEntry.Of(annotation.Bytes);
        if (entry.Key.SequenceEqual(DevicesKey))
        {
            _devices++;
            Devices = entry.Value;
        }
        else if (GangMemberships.Concerns(entry.Key))
        {
            ConcernsGang = true;
        }
        else if (PodKeys.IsReadAnnotation(entry.Key))
        {
            asked.Add(annotation);
        }
        else
        {
            _isAllocated |= entry.Key.SequenceEqual(AllocatedKey);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadSpec(ReadOnlySpan<byte> spec, ContentKey asked, KnownMessages containers)
    {
        for (ProtobufWalker fields = new(spec); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    ClaimedVolumes += PodVolumes.IsClaim(fields.Bytes) ? 1 : 0;
                    break;
                case 10:
                    NodeName = fields.Bytes;
                    break;
                case 43:
                    // podGroupName, the only field.
                    SchedulingGroup = ProtobufEntry.Of(fields.Bytes).Key;
                    break;
                case 2 or 20:
                    containers.AddRead(fields, asked);
                    break;
                default:
                    if (ApiMessages.PodSpec.Find(fields.Field) is not null)
                    {
                        asked.Add(fields);
                    }

                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadStatus(ReadOnlySpan<byte> status)
    {
        for (ProtobufWalker fields = new(status); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    Phase = fields.Bytes;
                    break;
                case 2 when !HasCondition:
                    ReadCondition(fields.Bytes);
                    break;
                case 7:
                    StartSeconds = Seconds(fields.Bytes);
                    break;
                case 11:
                    NominatedNodeName = fields.Bytes;
                    break;
                case 15:
                    HasClaims = true;
                    break;
            }
        }
    }

    private void ReadCondition(ReadOnlySpan<byte> condition)
    {
        if (condition.IndexOf("PodScheduled"u8) < 0)
        {
            return;
        }

        ReadOnlySpan<byte> type = default;
        ReadOnlySpan<byte> status = default;
        ReadOnlySpan<byte> reason = default;
        ReadOnlySpan<byte> message = default;
        for (ProtobufWalker fields = new(condition); fields.MoveNext();)
        {
            switch (fields.Field)
            {
                case 1:
                    type = fields.Bytes;
                    break;
                case 2:
                    status = fields.Bytes;
                    break;
                case 5:
                    reason = fields.Bytes;
                    break;
                case 6:
                    message = fields.Bytes;
                    break;
            }
        }

        if (type.SequenceEqual("PodScheduled"u8))
        {
            HasCondition = true;
            ConditionStatus = status;
            ConditionReason = reason;
            ConditionMessage = message;
        }
    }

    private static long? Seconds(ReadOnlySpan<byte> time)
    {
        long? seconds = time.IsEmpty ? null : 0;
        for (ProtobufWalker fields = new(time); fields.MoveNext();)
        {
            seconds = fields.Field == 1 ? (long)fields.Number : seconds;
        }

        return seconds;
    }
}
