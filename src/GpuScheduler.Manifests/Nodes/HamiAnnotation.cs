using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>The text of <see cref="HamiKeys.Register"/>: a JSON list, or in HAMi before 2.5 <c>id,count,MiB,cores,type,NUMA,health[,index,mode]:</c> again and again.</summary>
internal static class HamiAnnotation
{
    /// <summary>What is registered, in the order of the text; null, and errors, where that cannot be read.</summary>
    public static IReadOnlyList<HamiDevice>? Read(string text, DocumentNode place, ConfigurationErrors errors) =>
        text.AsSpan().TrimStart().StartsWith("[")
            ? AnnotationDocument.Read(text, place, errors, ReadList)
            : ReadSegments(text, place, errors);

    private static List<HamiDevice> ReadList(DocumentNode document, ConfigurationErrors errors)
    {
        List<HamiDevice> devices = [];
        foreach (DocumentNode item in document is ListNode list ? list.Items : [])
        {
            if (MapReader.Of(item, errors) is { } reader)
            {
                // HAMi leaves out what is false or 0.
                devices.Add(new HamiDevice(
                    reader.RequiredString("id"), reader.Int("index", 0, int.MaxValue, 0), reader.Int("count", 0, int.MaxValue, 0), reader.Int("devmem", 0, int.MaxValue, 0),
                    reader.Int("devcore", 0, int.MaxValue, 0), HamiDevice.ModelOf(reader.RequiredString("type")), reader.Int("numa", -1, short.MaxValue, 0),
                    reader.Bool("health", false), reader.String("mode")));
            }
        }

        return devices;
    }

    private static List<HamiDevice>? ReadSegments(string text, DocumentNode place, ConfigurationErrors errors)
    {
        const string Form = "write a JSON list, or id,count,MiB,cores,type,NUMA,health: for each device; or restart the device plugin, which writes it";
        List<HamiDevice> devices = [];
        ImmutableArray<string> segments = [.. text.Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        for (int i = 0; i < segments.Length; i++)
        {
            string[] fields = segments[i].Split(',');
            int index = 0;
            if (fields.Length is not (7 or 9) || !TryInt(fields[1], out int count) || !TryInt(fields[2], out int memory) || !TryInt(fields[3], out int cores)
                || !int.TryParse(fields[5], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int numa) || !bool.TryParse(fields[6], out bool isHealthy)
                || fields[0].Length == 0 || (fields.Length == 9 && !TryInt(fields[7], out index)))
            {
                errors.Add(place, $"device [{i}] \"{segments[i]}\" is not as HAMi registers devices: {Form}");
                return null;
            }

            devices.Add(new HamiDevice(fields[0], index, count, memory, cores, HamiDevice.ModelOf(fields[4]), numa, isHealthy, fields.Length == 9 ? fields[8] : ""));
        }

        if (segments.IsEmpty)
        {
            errors.Add(place, $"registers no device: {Form}");
        }

        return segments.IsEmpty ? null : devices;
    }

    private static bool TryInt(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
