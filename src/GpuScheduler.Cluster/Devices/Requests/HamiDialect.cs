using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>
/// The resources and annotations of HAMi (<c>pkg/device/nvidia/device.go</c> of Project-HAMi/HAMi), beside <c>nvidia.com/gpu</c>. What of them is not honoured is an
/// error: a pod that HAMi's scheduler would have placed otherwise must not be placed here as if it had not said so.
/// </summary>
internal sealed class HamiDialect : IDeviceDialect
{
    private const string LeaveToHami = "remove it, or leave the pod to HAMi's scheduler";

    /// <summary>Annotations that are not honoured but for these values, and what does instead. <c>binpack</c> and <c>topology-aware</c> are what the policies of GpuScheduler do.</summary>
    private static readonly ImmutableArray<(string Key, ImmutableArray<string> Honoured, string Mend)> NotHonoured =
    [
        ("nvidia.com/use-gpuuuid", [""], $"devices are not chosen by UUID here: say which models with {DeviceRequestKeys.HamiUseType}, {LeaveToHami}"),
        ("nvidia.com/nouse-gpuuuid", [""], $"devices are not chosen by UUID here: cordon the device in its node's annotation hami.io/device-cordon, {LeaveToHami}"),
        ("nvidia.com/numa-bind", ["", "0", "f", "F", "false", "False", "FALSE"], $"devices are not bound to one NUMA node here: {LeaveToHami}"),
        ("nvidia.com/vgpu-mode", ["", "hami-core"], $"only devices in mode hami-core are handed out here: {LeaveToHami}"),
        ("hami.io/gpu-scheduler-policy", ["", "binpack", "topology-aware"], $"the profile's score plugins choose devices: {LeaveToHami}"),
        ("hami.io/node-scheduler-policy", ["", "binpack"], $"the profile's score plugins choose nodes: {LeaveToHami}"),
        ("hami.io/device-scoring-weights", [""], $"the profile's score plugins choose devices: {LeaveToHami}"),
    ];

    public void Read(in DeviceSource pod, DeviceStatements statements)
    {
        (string Container, HamiShare Share)? first = null;
        bool isLimited = false;
        foreach (Container container in pod.Spec.InitContainers.Concat(pod.Spec.Containers))
        {
            HamiShare share = HamiShare.Of(container);
            isLimited |= share.IsLimited;
            if (share.Count == 0 && share.IsLimited)
            {
                string key = LimitsOf(share)[0].Key;
                statements.Error([key], $"{key} of container {container.Name} limits GPUs that it does not ask for: add {DeviceRequestKeys.NvidiaGpu}: 1 to its limits, or remove it");
            }
            else if (share.Count > 0)
            {
                first ??= (container.Name, share);
                RequireAlike(first.Value, (container.Name, share), statements);
            }
        }

        if (first is not { } asked)
        {
            return;
        }

        if (isLimited)
        {
            statements.Form = DeviceRequestForm.Hami;
            ReadLimits(asked.Share, statements);
        }

        ReadModels(pod.Annotations, DeviceRequestKeys.HamiUseType, areAllowed: true, statements);
        ReadModels(pod.Annotations, DeviceRequestKeys.HamiNoUseType, areAllowed: false, statements);
        RejectNotHonoured(pod, statements);
    }

    /// <summary>HAMi gives each container limits of its own; here what a pod takes of a device is one amount for all of its devices.</summary>
    private static void RequireAlike((string Container, HamiShare Share) first, (string Container, HamiShare Share) other, DeviceStatements statements)
    {
        if (first.Share with { Count = other.Share.Count } != other.Share)
        {
            string key = LimitsOf(first.Share).Concat(LimitsOf(other.Share)).First().Key;
            statements.Error([key], $"containers {first.Container} and {other.Container} ask for different limits of {DeviceRequestKeys.NvidiaGpu}, and a pod's devices all have the same: "
                + "write the same in both, or make two pods of it");
        }
    }

    private static void ReadLimits(HamiShare share, DeviceStatements statements)
    {
        bool isValid = true;
        foreach ((string key, long amount, long most) in LimitsOf(share))
        {
            statements.Said(key, DeviceValues.Text(amount));
            if (amount < 0 || amount > most)
            {
                isValid = false;
                statements.Error([key], $"{key} \"{amount}\" is out of range: write 1 to {most}, or remove it");
            }
        }

        if (share is { MemoryMiB: not 0, MemoryPercent: not 0 })
        {
            isValid = false;
            statements.Error(
                [DeviceRequestKeys.HamiMemory, DeviceRequestKeys.HamiMemoryPercentage], $"{DeviceRequestKeys.HamiMemory} and {DeviceRequestKeys.HamiMemoryPercentage} both limit memory: keep one of them");
        }

        if (isValid)
        {
            statements.Amount(LimitsOf(share)[0].Key, share.Amount);
        }
    }

    private static void ReadModels(IReadOnlyDictionary<string, string> annotations, string key, bool areAllowed, DeviceStatements statements)
    {
        if (annotations.TryGetValue(key, out string? text) && !string.IsNullOrWhiteSpace(text))
        {
            statements.Said(key, text);

            // Names of models have hyphens here where NVML's have blanks.
            statements.ModelParts(
                text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => part.Replace(' ', '-').ToUpperInvariant()), areAllowed);
        }
    }

    private static void RejectNotHonoured(in DeviceSource pod, DeviceStatements statements)
    {
        foreach ((string key, ImmutableArray<string> honoured, string mend) in NotHonoured)
        {
            if (pod.Annotations.TryGetValue(key, out string? text) && !honoured.Contains(text.Trim(), StringComparer.Ordinal))
            {
                statements.Error([key], $"{key} \"{text}\" is not honoured, {mend}");
            }
        }

        if (pod.Requests[DeviceRequestKeys.HamiPriority] != 0)
        {
            statements.Error([DeviceRequestKeys.HamiPriority], $"{DeviceRequestKeys.HamiPriority} is not honoured, HAMi's webhook serves only pods of HAMi's scheduler: "
                + "set the container's environment variable CUDA_TASK_PRIORITY, and remove it");
        }
    }

    private static ImmutableArray<(string Key, long Amount, long Most)> LimitsOf(HamiShare share)
    {
        ImmutableArray<(string Key, long Amount, long Most)> limits =
        [
            (DeviceRequestKeys.HamiMemory, share.MemoryMiB, int.MaxValue),
            (DeviceRequestKeys.HamiMemoryPercentage, share.MemoryPercent, 100),
            (DeviceRequestKeys.HamiCores, share.CoresPercent, 100),
        ];
        return limits.RemoveAll(l => l.Amount == 0);
    }
}
