using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>The text of <see cref="HamiKeys.Allocated"/> and <see cref="HamiKeys.ToAllocate"/>: what each container of a pod gets.</summary>
public static class HamiAllocation
{
    private const string Kind = "NVIDIA";

    private const int MilliPerPercent = Device.FullMilli / 100;

    /// <summary>What HAMi's device plugin is to give the containers of a pod; empty where none of them would ask it.</summary>
    /// <param name="spec">The pod.</param>
    /// <param name="node">Its node.</param>
    /// <param name="devices">Its devices there. Containers that run together get different ones; an init container gets those that others get after it.</param>
    public static string Encode(PodSpec spec, Node node, DeviceSet devices)
    {
        int[] given = [.. Enumerable.Range(0, node.DeviceUuids.Length).Where(devices.Contains)];
        int running = 0;
        bool isAsked = false;
        StringBuilder text = new();
        Container[] containers = [.. spec.InitContainers, .. spec.Containers];
        for (int i = 0; i < containers.Length; i++)
        {
            HamiShare share = HamiShare.Of(containers[i]);
            int count = (int)Math.Min(share.Count, given.Length - running);
            foreach (int device in given.AsSpan(running, count))
            {
                (long memory, long cores) = share.On(node.Shape.Devices[device].MemoryMiB);
                text.Append(CultureInfo.InvariantCulture, $"{node.DeviceUuids[device]},{Kind},{memory},{cores}:");
            }

            text.Append(';');
            isAsked |= count > 0;
            running += i >= spec.InitContainers.Length || containers[i].IsSidecar ? count : 0;
        }

        return isAsked ? text.ToString() : "";
    }

    /// <summary>
    /// What a pod holds by this text: different devices, and of each the most that it takes of any one. Init containers run before the others, so that of the two
    /// the larger counts, as HAMi's scheduler counts them.
    /// </summary>
    /// <param name="text">The annotation.</param>
    /// <param name="initContainers">How many of the containers are init containers.</param>
    /// <param name="uuids">The devices.</param>
    /// <param name="request">The same as a request.</param>
    /// <returns>False where the text makes no sense.</returns>
    public static bool TryDecode(string text, int initContainers, out ImmutableArray<string> uuids, out DeviceRequest request)
    {
        (uuids, request) = ([], DeviceRequest.None);
        SortedDictionary<string, (long Memory, long Cores)> starting = new(StringComparer.Ordinal), running = new(StringComparer.Ordinal);
        string[] containers = text.Split(';');
        for (int i = 0; i < containers.Length; i++)
        {
            foreach (string device in containers[i].Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (device.Split(',') is not [{ Length: > 0 } uuid, _, var memoryText, var coresText] || !TryAmount(memoryText, out long memory) || !TryAmount(coresText, out long cores))
                {
                    return false;
                }

                SortedDictionary<string, (long Memory, long Cores)> held = i < initContainers ? starting : running;
                (long heldMemory, long heldCores) = held.GetValueOrDefault(uuid);
                held[uuid] = i < initContainers ? (Math.Max(heldMemory, memory), Math.Max(heldCores, cores)) : (heldMemory + memory, heldCores + cores);
            }
        }

        uuids = [.. starting.Keys.Union(running.Keys, StringComparer.Ordinal)];
        if (!uuids.IsEmpty)
        {
            (long Memory, long Cores)[] all = [.. starting.Values.Concat(running.Values)];
            request = new DeviceRequest
            {
                Count = Math.Min(uuids.Length, Device.MaxPerNode),
                MemoryMiB = (int)Math.Min(all.Max(h => h.Memory), int.MaxValue),
                Milli = (int)Math.Min(all.Max(h => h.Cores) * MilliPerPercent, Device.FullMilli),
                Resource = DeviceRequestKeys.NvidiaGpu,
                Form = DeviceRequestForm.Hami,
                Source = $"{HamiKeys.Allocated}={text}",
            };
        }

        return true;
    }

    private static bool TryAmount(string text, out long amount)
    {
        bool isRead = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        amount = number;
        return isRead;
    }
}
