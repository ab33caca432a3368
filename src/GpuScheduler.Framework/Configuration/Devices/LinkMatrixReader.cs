using System.Collections.Immutable;
using GpuScheduler.Cluster;

namespace GpuScheduler.Framework;

/// <summary>The matrix of <c>nvidia-smi topo -m</c>: <c>NV18</c>, <c>PIX</c>, <c>SYS</c> …, and X from a device to itself.</summary>
internal static class LinkMatrixReader
{
    /// <summary>The links row by row; empty where there are errors.</summary>
    public static ImmutableArray<Link> Read(ListNode rows, string[] models, ConfigurationErrors errors)
    {
        int count = models.Length, before = errors.Count;
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

                if (!Link.TryParse(text, models[a], out links[(a * count) + b]) || a == b)
                {
                    errors.Add(row.Items[b], a == b
                        ? $"\"{text}\" links device {a} with itself; write X"
                        : $"\"{text}\" is no link; write {Link.Notation}");
                }
                else if (b < a && links[(a * count) + b].Kind != links[(b * count) + a].Kind)
                {
                    errors.Add(row.Items[b], $"\"{text}\" from {a} to {b} differs from the way back; write the same in both");
                }
            }
        }

        if (errors.Count > before)
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
}
