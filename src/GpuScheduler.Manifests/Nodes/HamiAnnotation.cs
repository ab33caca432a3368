using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>What HAMi's device plugin registers on a node (<see cref="ManifestKeys.HamiRegister"/>).</summary>
internal static class HamiAnnotation
{
    public static DeviceShape Read(NodeFacts facts, ConfigurationErrors errors, Notes notes)
    {
        string text = facts.Annotations[ManifestKeys.HamiRegister];
        DocumentNode place = facts.Place("annotations", ManifestKeys.HamiRegister);
        if (!text.AsSpan().TrimStart().StartsWith("["))
        {
            errors.Add(place, $"is not the JSON list of HAMi 2.5 and later; upgrade HAMi or list the devices in {ManifestKeys.Devices}");
            return DeviceShape.None;
        }

        return AnnotationDocument.Read(text, place, errors, (document, within) => ReadShape(document, facts, within, notes)) ?? DeviceShape.None;
    }

    private static DeviceShape? ReadShape(DocumentNode document, NodeFacts facts, ConfigurationErrors errors, Notes notes)
    {
        List<Device> devices = [];
        foreach (DocumentNode item in document is ListNode list ? list.Items : [])
        {
            if (MapReader.Of(item, errors) is not { } reader)
            {
                continue;
            }

            // HAMi leaves out what is false or 0.
            Device device = new(
                reader.Int("index", 0, int.MaxValue, 0), Model(reader.RequiredString("type")), reader.Int("devmem", 0, int.MaxValue, 0), reader.Int("numa", -1, short.MaxValue, 0));
            if (!reader.Bool("health", false))
            {
                notes.Add("nodes have devices that HAMi calls unhealthy, which were left out", facts.Name);
            }
            else if (reader.String("mode") == "mig")
            {
                notes.Add("nodes have devices that HAMi partitions (mode mig), which were left out", facts.Name);
            }
            else
            {
                devices.Add(device);
            }
        }

        if (devices.Count > Device.MaxPerNode)
        {
            errors.Add(document, $"registers {devices.Count} devices, and a node has at most {Device.MaxPerNode}");
        }

        // Indices may have gaps where devices were left out, and ours have none.
        return errors.Count > 0 ? null : DeviceShape.Of([.. devices.OrderBy(d => d.Index).Select((d, i) => d with { Index = i })], []);
    }

    /// <summary>HAMi tells NVML's name; feature discovery and requests join its words with hyphens.</summary>
    private static string Model(string type) => string.Join('-', type.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
