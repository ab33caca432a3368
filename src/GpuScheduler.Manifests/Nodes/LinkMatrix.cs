using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>The matrix of <c>nvidia-smi topo -m</c>: <c>NV18</c>, <c>PIX</c>, <c>SYS</c> …, and X from a device to itself.</summary>
internal static class LinkMatrix
{
    private const int MaxLanes = 36;

    /// <summary>PCIe 4.0 x16, both directions. The kinds rank what PCIe crosses; its bandwidth is the same everywhere.</summary>
    private const int PcieGigabytes = 64;

    /// <summary>The links row by row; empty where there are errors.</summary>
    public static ImmutableArray<Link> Read(ListNode rows, string[] models, ConfigurationErrors errors)
    {
        int count = models.Length;
        if (rows.Items.Length != count)
        {
            errors.Add(rows, $"has {rows.Items.Length} rows for {count} devices; write one row a device");
            return [];
        }

        Link[] links = new Link[count * count];
        for (int a = 0; a < count; a++)
        {
            if (rows.Items[a] is not ListNode row || row.Items.Length != count)
            {
                errors.Add(rows.Items[a], $"is not a row of {count} links; write a list such as [\"X\",\"NV18\"]");
                continue;
            }

            for (int b = 0; b < count; b++)
            {
                string text = (row.Items[b] as ScalarNode)?.Text ?? "";
                if (a == b && text is "X" or "")
                {
                    continue;
                }

                if (!TryRead(text, models[a], out links[(a * count) + b]) || a == b)
                {
                    errors.Add(row.Items[b], a == b
                        ? $"\"{text}\" links device {a} with itself; write X"
                        : $"\"{text}\" is no link; write NV1 to NV{MaxLanes}, PIX, PXB, PHB, NODE or SYS");
                }
                else if (b < a && links[(a * count) + b].Kind != links[(b * count) + a].Kind)
                {
                    errors.Add(row.Items[b], $"\"{text}\" from {a} to {b} differs from the way back; write the same in both");
                }
            }
        }

        if (errors.Count > 0)
        {
            return [];
        }

        // Two models may count lanes of different speed; a path is as fast as its slower end.
        for (int a = 0; a < count; a++)
        {
            for (int b = a + 1; b < count; b++)
            {
                Link slower = links[(a * count) + b].GigabytesPerSecond <= links[(b * count) + a].GigabytesPerSecond ? links[(a * count) + b] : links[(b * count) + a];
                links[(a * count) + b] = links[(b * count) + a] = slower;
            }
        }

        return [.. links];
    }

    private static bool TryRead(string text, string model, out Link link)
    {
        if (text.StartsWith("NV", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int lanes) && lanes is > 0 and <= MaxLanes)
        {
            link = new Link(LinkKind.NvLink, lanes * LaneGigabytes(model));
            return true;
        }

        LinkKind? kind = text switch
        {
            "PIX" => LinkKind.PcieSwitch,
            "PXB" => LinkKind.PcieSwitches,
            "PHB" => LinkKind.HostBridge,
            "NODE" => LinkKind.SameNuma,
            "SYS" => LinkKind.CrossSocket,
            _ => null,
        };
        link = new Link(kind ?? LinkKind.CrossSocket, PcieGigabytes);
        return kind is not null;
    }

    /// <summary>Both directions of one NVLink lane, GB/s: 100 from Blackwell on, 40 on P100, 50 between.</summary>
    private static int LaneGigabytes(string model) =>
        model.Contains("B200", StringComparison.Ordinal) || model.Contains("B300", StringComparison.Ordinal) ? 100
        : model.Contains("P100", StringComparison.Ordinal) ? 40
        : 50;
}
