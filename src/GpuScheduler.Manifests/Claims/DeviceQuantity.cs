using Cel;
using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests;

/// <summary>A quantity in whole units, as CEL expressions on devices have it.</summary>
internal readonly record struct DeviceQuantity(long Units) : IComparable<DeviceQuantity>
{
    public static bool TryParse(string text, out DeviceQuantity quantity)
    {
        bool isRead = Quantity.TryParseUnits(text, out long units, out _);
        quantity = new DeviceQuantity(units);
        return isRead;
    }

    /// <exception cref="CelException">It is none.</exception>
    public static DeviceQuantity Parse(string text) => TryParse(text, out DeviceQuantity quantity) ? quantity : throw new CelException($"\"{text}\" is no quantity");

    public int CompareTo(DeviceQuantity other) => Units.CompareTo(other.Units);
}
