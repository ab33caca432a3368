using GpuScheduler.Cluster;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests;

/// <summary>Reads maps of resource names to quantities.</summary>
internal static class Quantities
{
    /// <summary>The amounts of <paramref name="key"/>; null where it is absent. What is no amount is an error and left out.</summary>
    public static ResourceList? Read(MapReader reader, string key)
    {
        if (reader.Map(key) is not { } map)
        {
            return null;
        }

        List<KeyValuePair<string, long>> amounts = new(map.Node.Entries.Length);
        foreach (MapEntry entry in map.Node.Entries)
        {
            if (map.QuantityText(entry.Key) is not { } text)
            {
                continue;
            }

            bool isRead = entry.Key == ResourceNames.Cpu
                ? Quantity.TryParseMilli(text, out long amount, out string error)
                : Quantity.TryParseUnits(text, out amount, out error);
            if (!isRead)
            {
                reader.Errors.Add(entry.Value, error);
            }
            else if (amount < 0)
            {
                reader.Errors.Add(entry.Value, $"\"{text}\" is negative; write 0 or more");
            }
            else
            {
                amounts.Add(new(entry.Key, amount));
            }
        }

        return ResourceList.Of(amounts);
    }
}
